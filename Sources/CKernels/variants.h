// What the files of this target say to each other.
#ifndef CK_VARIANTS_H
#define CK_VARIANTS_H
#include "CKernels.h"

// The matrix products and the table of one variant.
#define CK_DECLARE(variant)                                                                                          \
  extern const ck_kernels ck_kernels_##variant;                                                                      \
  void ck_gemm_f32_##variant(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,               \
                             const float *bias, float *c, size_t ldc);                                               \
  void ck_gemm_s8_##variant(size_t m, size_t n, size_t k, const void *a, const float *a_scale, const int8_t *b,      \
                            const float *b_scale, const float *bias, float *c, size_t ldc);                          \
  void ck_gemm_s16_##variant(size_t m, size_t n, size_t k, const int16_t *a, size_t lda, const float *a_factor,      \
                             const int16_t *b, const float *b_factor, float *c, size_t ldc);                         \
  void ck_gemm_s16s8_##variant(size_t m, size_t n, size_t k, const int16_t *a, size_t lda, const float *a_factor,    \
                               const int8_t *b, const float *b_factor, float *c, size_t ldc);

CK_DECLARE(scalar)

#if defined(__x86_64__)
#if defined(__clang__)
#define CK_TUNED ",tune=znver4"  // clang splits vpdpwssd into vpmaddwd and vpaddd for a CPU that is not named
#else
#define CK_TUNED ""
#endif
#define CK_HAS_AVX2 1
#define CK_AVX2 __attribute__((target("avx2,fma")))
#define CK_AVXVNNI __attribute__((target("avx2,fma,avxvnni" CK_TUNED)))
#define CK_AVX512 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni" CK_TUNED)))
CK_DECLARE(avx2)
CK_DECLARE(avxvnni)
CK_DECLARE(avx512)
#define ck_gemm_f32_avxvnni ck_gemm_f32_avx2  // the extension has nothing for floats
#elif defined(__aarch64__)
#define CK_HAS_NEON 1
// Named CPUs: for others clang keeps more products in flight than there are registers.
#define CK_NEON __attribute__((target("tune=cortex-a72")))
#define CK_NEON_DOTPROD __attribute__((target("+dotprod,tune=cortex-a72")))
#define CK_NEON_I8MM __attribute__((target("+dotprod,+i8mm,tune=cortex-a72")))
CK_DECLARE(neon)
CK_DECLARE(neon_dotprod)
CK_DECLARE(neon_i8mm)
#define ck_gemm_f32_neon_dotprod ck_gemm_f32_neon
#define ck_gemm_s16_neon_dotprod ck_gemm_s16_neon
#define ck_gemm_s16s8_neon_dotprod ck_gemm_s16s8_neon
#define ck_gemm_f32_neon_i8mm ck_gemm_f32_neon
#define ck_gemm_s16_neon_i8mm ck_gemm_s16_neon
#define ck_gemm_s16s8_neon_i8mm ck_gemm_s16s8_neon
#endif
#endif
