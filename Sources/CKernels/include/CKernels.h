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

/// Columns of a packed panel, whatever its element; bytes of k that lie side by side in an int8 panel.
enum { CK_PANEL = 16, CK_S8_DEPTH = 4 };

/// Samples of a frame of sound, samples from one to the next, and bins of its spectrum.
enum { CK_MEL_FRAME = 400, CK_MEL_HOP = 160, CK_MEL_BINS = 201 };

/// A window and mel bands, which cover bins first...first + count - 1 each.
typedef struct {
  size_t bands;
  const float *window;    // [CK_MEL_FRAME]
  const uint16_t *first;  // [bands]
  const uint16_t *count;  // [bands]
  const double *weights;  // of all bands, one behind the other
} ck_mel;

typedef struct __attribute__((swift_attr("@Sendable"))) {
  /// "scalar"; "avx2", "avxvnni", "avx512"; "neon", "neon-dotprod", "neon-i8mm".
  const char *name;

  /// Bytes that one quantised activation takes: the form belongs to the variant, `quantize_rows` writes it and `gemm_s8`
  /// reads it. A row is `activation_bytes * ck_s8_stride(k)` bytes.
  size_t activation_bytes;

  /// c[m,n] = a[m,k] * b + bias. `b` comes from `ck_pack_f32_*`, `bias` [n] may be null; lda, ldc in floats.
  void (*gemm_f32)(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, const float *bias,
                   float *c, size_t ldc);

  /// c[m,n] = (a[m,k] * b) / (a_scale[m] * b_scale[n]) + bias. `a` and `a_scale` come from `quantize_rows`, `b` from
  /// `ck_pack_s8`; `b_scale` and, unless null, `bias` have n values. Sums are exact 32-bit integers in every variant.
  void (*gemm_s8)(size_t m, size_t n, size_t k, const void *a, const float *a_scale, const int8_t *b,
                  const float *b_scale, const float *bias, float *c, size_t ldc);

  /// c[m,n] = (a[m,k] * b) * a_factor[m] * b_factor[n], k even. `b` comes from `ck_pack_s16_*`; b_factor may be null; lda in
  /// elements. Sums are exact: the caller keeps them within 32 bits.
  void (*gemm_s16)(size_t m, size_t n, size_t k, const int16_t *a, size_t lda, const float *a_factor, const int16_t *b,
                   const float *b_factor, float *c, size_t ldc);

  /// The same with b in 8 bits, from `ck_pack_s16s8_*`.
  void (*gemm_s16s8)(size_t m, size_t n, size_t k, const int16_t *a, size_t lda, const float *a_factor, const int8_t *b,
                     const float *b_factor, float *c, size_t ldc);

  /// q = rint(x * 127 / max|x|) for each of m rows; the scale 127 / max|x| is stored, a row of zeros gets scale 1.
  void (*quantize_rows)(size_t m, size_t k, const float *x, size_t ldx, void *q, float *scale);

  /// q = rint(x * limit / max|x|) for each of m rows, zero beyond k; factor = max|x| / limit * gain, so that q * factor =
  /// x * gain.
  void (*quantize_s16)(size_t m, size_t k, const float *x, size_t ldx, float limit, float gain, int16_t *q, size_t ldq,
                       float *factor);

  /// y = (x - mean) / sqrt(variance + 1e-5) * gamma + beta for each of m rows of n floats.
  void (*layer_norm)(size_t m, size_t n, const float *x, const float *gamma, const float *beta, float *y);

  /// x = exp(x - max) / sum for each of m rows of n floats, in place; ld in floats.
  void (*softmax)(size_t m, size_t n, float *x, size_t ld);

  /// The softmax to base 2 of each row, p = 2^(x - max) / sum, times weight[n] (not negative), in 16 bits: q * factor = p *
  /// weight. The q of a row sum up to
  /// at most CK_S16_ROW_SUM, so that a product with values of at most CK_S16_VALUE stays within 32 bits; zero beyond n. x is
  /// overwritten.
  void (*softmax_s16)(size_t m, size_t n, float *x, size_t ld, const float *weight, int16_t *q, size_t ldq,
                      float *factor);

  /// Attention of one query [depth] over `count` cached rows: out = softmax(query * keys * scale) * values, where row t
  /// lies at keys + offsets[t]. `scores` has room for `count` floats.
  void (*attend)(size_t count, size_t depth, const float *query, const float *keys, const float *values,
                 const size_t *offsets, float scale, float *scores, float *out);

  /// x = x/2 * (1 + erf(x / sqrt 2)), in place.
  void (*gelu)(size_t n, float *x);

  /// y += x.
  void (*add)(size_t n, const float *x, float *y);

  /// The largest of n values; -infinity for none.
  float (*maximum)(size_t n, const float *x);

  /// Sum of exp(x - shift).
  float (*exp_sum)(size_t n, const float *x, float shift);

  /// Index of the first value above `threshold`; n where there is none.
  size_t (*first_above)(size_t n, const float *x, float threshold);

  /// out[b * ld + t] = log10 of the energy of band b in frame t, which begins at sample t * CK_MEL_HOP; not below -10, and -10
  /// where a sample is not finite. A frame's bits are the same whatever frames are beside it. Returns the largest value;
  /// -infinity for no frames.
  float (*log_mel)(const ck_mel *mel, size_t frames, const float *samples, float *out, size_t ld);

  /// y = (max(x, floor) + 4) / 4, NaN being below the floor.
  void (*mel_scale)(size_t n, const float *x, float floor, float *y);
} ck_kernels;

/// See `softmax_s16`.
enum { CK_S16_ROW_SUM = 262144, CK_S16_VALUE = 8191 };

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
/// Packs `depth` rows of the same matrix stored as [k,n]; `first` is the first of them, k the whole depth.
void ck_pack_f32_columns(size_t first, size_t depth, size_t n, size_t k, const float *b, size_t ldb, float *packed);

/// Activations of one quantised row: k rounded up to a multiple of 4.
size_t ck_s8_stride(size_t k);
/// Bytes of one packed int8 panel: the 32-bit sums of its 16 columns, then [k/4][16][4].
size_t ck_s8_panel_size(size_t k);
/// Bytes needed by a packed int8 [n,k] matrix.
size_t ck_packed_s8_size(size_t n, size_t k);
/// Packs b[n,k] (values -127...127; -128 becomes -127) into panels of 16 columns by 4 values of k.
void ck_pack_s8(size_t n, size_t k, const int8_t *b, int8_t *packed);

/// Values needed by a packed int16 [n,k] matrix, k even: panels [k/2][16][2].
size_t ck_packed_s16_size(size_t n, size_t k);
/// Packs `rows` of b[n,k] (ldb in elements) that begin at row `first`, a multiple of 16, of the whole matrix.
void ck_pack_s16_rows(size_t first, size_t rows, size_t k, const int16_t *b, size_t ldb, int16_t *packed);
/// Packs `depth` rows of the same matrix stored as [k,n]; `first`, even, is the first of them, k the whole depth.
void ck_pack_s16_columns(size_t first, size_t depth, size_t n, size_t k, const int16_t *b, size_t ldb, int16_t *packed);
/// The same for values of -128...127, in bytes.
void ck_pack_s16s8_rows(size_t first, size_t rows, size_t k, const int16_t *b, size_t ldb, int8_t *packed);
void ck_pack_s16s8_columns(size_t first, size_t depth, size_t n, size_t k, const int16_t *b, size_t ldb, int8_t *packed);

/// Tells the core that this thread waits in a loop.
static inline void ck_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Half and brain floats to float, n values; the source may be unaligned.
void ck_f16_to_f32(size_t n, const void *source, float *out);
void ck_bf16_to_f32(size_t n, const void *source, float *out);

#ifdef __cplusplus
}
#endif
#endif
