// Registers of 256 bits: two hold a step of a panel.
#include <immintrin.h>

#define CK_TARGET CK_AVXVNNI
#define TILE_ROWS 6
#define TILE_PANELS 1
#define FEW_ROWS 6
#define FEW_PANELS 1
#define STREAM_SUMS 12
#define PREFETCHED_ROWS 5  // more serve many tiles, which find the panel in the cache
#define LANES 8
#define CK_TILE "tile_x86_template.h"
#include "gemm_template.h"

typedef __m256i integers;
typedef __m256 floats;

CK_INLINE integers integers_from(const void *p) { return _mm256_loadu_si256(p); }

CK_INLINE integers integers_widened(const void *p) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)p)); }

CK_INLINE integers integers_repeated(const void *p) {
  int32_t x;
  memcpy(&x, p, sizeof x);
  return _mm256_set1_epi32(x);
}

CK_INLINE integers zero_integers(void) { return _mm256_setzero_si256(); }
CK_INLINE integers minus_128_times(integers x) { return _mm256_sub_epi32(zero_integers(), _mm256_slli_epi32(x, 7)); }

CK_INLINE integers both(integers x, integers y) { return _mm256_add_epi32(x, y); }

CK_INLINE integers add_u8s8(integers sum, integers u, integers s) { return _mm256_dpbusd_avx_epi32(sum, u, s); }
CK_INLINE integers add_s16(integers sum, integers x, integers y) { return _mm256_dpwssd_avx_epi32(sum, x, y); }

CK_INLINE floats floats_of(integers x) { return _mm256_cvtepi32_ps(x); }

CK_INLINE floats floats_repeated(const void *p) {
  float x;
  memcpy(&x, p, sizeof x);
  return _mm256_set1_ps(x);
}

CK_INLINE floats plus(floats x, floats y) { return _mm256_add_ps(x, y); }
CK_INLINE floats times(floats x, floats y) { return _mm256_mul_ps(x, y); }
CK_INLINE floats over(floats x, floats y) { return _mm256_div_ps(x, y); }

// `width` values of p, zeros where p is null.
CK_INLINE floats load_part(const float *p, size_t width) {
  if (p && width == LANES) return _mm256_loadu_ps(p);
  float padded[LANES] = {0};
  if (p) memcpy(padded, p, width * sizeof *p);
  return _mm256_loadu_ps(padded);
}

CK_INLINE void store_part(float *p, size_t width, floats x) {
  float padded[LANES];
  _mm256_storeu_ps(width == LANES ? p : padded, x);
  if (width < LANES) memcpy(p, padded, width * sizeof *p);
}
