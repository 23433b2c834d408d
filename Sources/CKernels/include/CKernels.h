/// SIMD kernels of the speech engine. All that Swift sees of C.
///
/// One op x one instruction set a file; `scalar` is the reference and always there. The CPU is probed once; a caller
/// takes a table of functions from `ck_kernels_best` (or a named one, for tests and for people who hunt a bug).
/// Every function trusts its arguments: sizes and files are checked by the engine before they come here.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Columns of one packed float panel, and of one packed int8 panel.
enum { CK_F32_PANEL = 16, CK_S8_PANEL = 8, CK_S8_DEPTH = 4 };

typedef struct __attribute__((swift_attr("@Sendable"))) {
  /// "scalar", "avx2".
  const char *name;

  /// c[m,n] = a[m,k] * b + bias. `b` comes from `ck_pack_f32_*`, `bias` [n] may be null; lda, ldc in floats.
  void (*gemm_f32)(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, const float *bias,
                   float *c, size_t ldc);

  /// c[m,n] = (a[m,k] * b) / (a_scale[m] * b_scale[n]) + bias. `a` holds values in -127...127 with row stride
  /// `ck_s8_stride(k)`, zero beyond k; `b` comes from `ck_pack_s8`. Sums are exact 32-bit integers.
  void (*gemm_s8)(size_t m, size_t n, size_t k, const int8_t *a, const float *a_scale, const int8_t *b,
                  const float *b_scale, const float *bias, float *c, size_t ldc);

  /// q = rint(x * 127 / max|x|) for each of m rows; the scale is stored, a row of zeros gets scale 1.
  void (*quantize_rows)(size_t m, size_t k, const float *x, size_t ldx, int8_t *q, float *scale);

  /// y = (x - mean) / sqrt(variance + 1e-5) * gamma + beta for each of m rows of n floats.
  void (*layer_norm)(size_t m, size_t n, const float *x, const float *gamma, const float *beta, float *y);

  /// x = exp(x - max) / sum for each of m rows of n floats, in place; ld in floats.
  void (*softmax)(size_t m, size_t n, float *x, size_t ld);

  /// x = x/2 * (1 + erf(x / sqrt 2)), in place.
  void (*gelu)(size_t n, float *x);

  /// y += x.
  void (*add)(size_t n, const float *x, float *y);
} ck_kernels;

/// The fastest table that this CPU can run.
const ck_kernels *ck_kernels_best(void);

/// The table of that name, or null when this CPU or this build has no such variant.
const ck_kernels *ck_kernels_named(const char *name);

/// The names of all variants that this CPU can run, best first; null after the last.
const char *const *ck_kernels_available(void);

/// Floats needed by a packed [n,k] matrix.
size_t ck_packed_f32_size(size_t n, size_t k);
/// Packs b[n,k] (row n holds its k values side by side; ldb in floats) into panels of 16 columns.
void ck_pack_f32_rows(size_t n, size_t k, const float *b, size_t ldb, float *packed);
/// Packs the same matrix when it is stored as [k,n].
void ck_pack_f32_columns(size_t n, size_t k, const float *b, size_t ldb, float *packed);

/// Bytes of one quantised row: k rounded up to a multiple of 4.
size_t ck_s8_stride(size_t k);
/// Bytes needed by a packed int8 [n,k] matrix.
size_t ck_packed_s8_size(size_t n, size_t k);
/// Packs b[n,k] (values -127...127; -128 becomes -127) into panels of 8 columns by 4 values of k.
void ck_pack_s8(size_t n, size_t k, const int8_t *b, int8_t *packed);

/// Half and brain floats to float, n values; the source may be unaligned.
void ck_f16_to_f32(size_t n, const void *source, float *out);
void ck_bf16_to_f32(size_t n, const void *source, float *out);

#ifdef __cplusplus
}
#endif
#endif
