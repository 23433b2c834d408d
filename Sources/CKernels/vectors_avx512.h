// Registers of 512 bits: one holds a step of a panel.
#include <immintrin.h>

#define CK_TARGET CK_AVX512
#define TILE_ROWS 12
#define TILE_PANELS 2
#ifdef CK_STREAM
#define FEW_ROWS 8
#define FEW_PANELS 2
#define STREAM_SUMS 16
#else
#define FEW_ROWS 4
#define FEW_PANELS 4
#endif
#define PREFETCHED_ROWS 8  // more serve many tiles, which find the panel in the cache
#define LANES 16
#define CK_TILE "tile_x86_template.h"
#include "gemm_template.h"

typedef __m512i integers;
typedef __m512 floats;

CK_INLINE integers integers_from(const void *p) { return _mm512_loadu_si512(p); }

CK_INLINE integers integers_widened(const void *p) {
  return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)p));
}

CK_INLINE integers integers_repeated(const void *p) {
  int32_t x;
  memcpy(&x, p, sizeof x);
  return _mm512_set1_epi32(x);
}

CK_INLINE integers zero_integers(void) { return _mm512_setzero_si512(); }

CK_INLINE integers minus_128_times(integers x) { return _mm512_sub_epi32(zero_integers(), _mm512_slli_epi32(x, 7)); }

CK_INLINE integers both(integers x, integers y) { return _mm512_add_epi32(x, y); }

CK_INLINE integers add_u8s8(integers sum, integers u, integers s) { return _mm512_dpbusd_epi32(sum, u, s); }
CK_INLINE integers add_s16(integers sum, integers x, integers y) { return _mm512_dpwssd_epi32(sum, x, y); }

CK_INLINE floats floats_of(integers x) { return _mm512_cvtepi32_ps(x); }
CK_INLINE floats floats_from(const void *p) { return _mm512_loadu_ps(p); }

CK_INLINE floats floats_repeated(const void *p) {
  float x;
  memcpy(&x, p, sizeof x);
  return _mm512_set1_ps(x);
}

CK_INLINE floats plus(floats x, floats y) { return _mm512_add_ps(x, y); }
CK_INLINE floats times(floats x, floats y) { return _mm512_mul_ps(x, y); }
CK_INLINE floats over(floats x, floats y) { return _mm512_div_ps(x, y); }

// `width` values of p, zeros where p is null.
CK_INLINE floats load_part(const float *p, size_t width) {
  return p ? _mm512_maskz_loadu_ps((__mmask16)((1u << width) - 1), p) : _mm512_setzero_ps();
}

CK_INLINE void store_part(float *p, size_t width, floats x) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << width) - 1), x);
}
