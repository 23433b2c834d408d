// What the files of this target say to each other.
#ifndef CK_VARIANTS_H
#define CK_VARIANTS_H
#include "CKernels.h"

extern const ck_kernels ck_kernels_scalar;

#if defined(__x86_64__)
#define CK_HAS_AVX2 1
#define CK_AVX2 __attribute__((target("avx2,fma")))
extern const ck_kernels ck_kernels_avx2;
void ck_gemm_f32_avx2(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, const float *bias,
                      float *c, size_t ldc);
void ck_gemm_s8_avx2(size_t m, size_t n, size_t k, const int8_t *a, const float *a_scale, const int8_t *b,
                     const float *b_scale, const float *bias, float *c, size_t ldc);
#endif

void ck_gemm_f32_scalar(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, const float *bias,
                        float *c, size_t ldc);
void ck_gemm_s8_scalar(size_t m, size_t n, size_t k, const int8_t *a, const float *a_scale, const int8_t *b,
                       const float *b_scale, const float *bias, float *c, size_t ldc);
#endif
