// Stands before the compiler's own header: the 512-bit and VNNI intrinsics become functions that any AVX2 CPU can run.
#pragma once
#include_next <immintrin.h>
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#define _mm256_dpbusd_avx_epi32 simde_mm256_dpbusd_epi32
#define _mm256_dpwssd_avx_epi32 simde_mm256_dpwssd_epi32

// What SIMDe 0.7.4 lacks. The masked accesses touch no lane that the mask leaves out, as on the real CPU.
#define _mm512_cvtepi32_ps emulated_cvtepi32_ps
#define _mm512_maskz_loadu_ps emulated_maskz_loadu_ps
#define _mm512_mask_storeu_ps emulated_mask_storeu_ps

static inline __m512 emulated_cvtepi32_ps(__m512i x) {
  int32_t from[16];
  float to[16];
  simde_mm512_storeu_si512(from, x);
  for (int l = 0; l < 16; l++) to[l] = (float)from[l];
  return simde_mm512_loadu_ps(to);
}

static inline __m512 emulated_maskz_loadu_ps(__mmask16 mask, const void *p) {
  float lanes[16] = {0};
  for (int l = 0; l < 16; l++)
    if (mask >> l & 1) lanes[l] = ((const float *)p)[l];
  return simde_mm512_loadu_ps(lanes);
}

static inline void emulated_mask_storeu_ps(void *p, __mmask16 mask, __m512 x) {
  float lanes[16];
  simde_mm512_storeu_ps(lanes, x);
  for (int l = 0; l < 16; l++)
    if (mask >> l & 1) ((float *)p)[l] = lanes[l];
}
