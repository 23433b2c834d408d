// gemm_s8, gemm_s16 and gemm_s16s8 must be the bits of scalar. gemm_f32 may round otherwise, but all fused variants alike.
#include "check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 3 };  // rows of c lie n + GAP apart: what lies between must stay

static float *results(shape s) { return guarded((s.m * (s.n + GAP)) * sizeof(float)); }
static size_t result_bytes(shape s) { return s.m * (s.n + GAP) * sizeof(float); }

static void check_f32(shape s) {
  float *a = guarded(((s.m - 1) * (s.k + 1) + s.k) * 4), *b = malloc(s.n * s.k * 4), *bias = guarded(s.n * 4);
  float *packed = guarded(ck_packed_f32_size(s.n, s.k) * 4), *expected = results(s), *fused = 0;
  fill(a, (s.m - 1) * (s.k + 1) + s.k, 1), fill(b, s.n * s.k, 1), fill(bias, s.n, 1);
  ck_pack_f32_rows(s.n, s.k, b, s.k, packed);
  const float *added = s.n % 2 ? bias : 0;
  variants[0]->gemm_f32(s.m, s.n, s.k, a, s.k + 1, packed, added, expected, s.n + GAP);
  for (size_t v = 1; v < variant_count; v++) {
    float *c = results(s), worst = 0;
    variants[v]->gemm_f32(s.m, s.n, s.k, a, s.k + 1, packed, added, c, s.n + GAP);
    for (size_t i = 0; i < s.m * (s.n + GAP); i++) {
      bool between = i % (s.n + GAP) >= s.n;
      if (between ? !same(c + i, expected + i, 4) : isnan(c[i])) worst = INFINITY;
      if (!between && fabsf(c[i] - expected[i]) > worst) worst = fabsf(c[i] - expected[i]);
    }
    expect("gemm_f32", variants[v]->name, worst <= 2e-7f * sqrtf((float)s.k) * 4 + 1e-7f, s);
    if (fused) expect("gemm_f32 bits", variants[v]->name, same(fused, c, result_bytes(s)), s);
    fused = c;
  }
  free(b);
}

// Values that reach every bound: all extreme, or any.
static int8_t byte(size_t kind) {
  int any = (int)(uniform() * 127.5f);
  return (int8_t)(kind == 0 ? any : kind == 1 ? 127 : any > 0 ? 127 : -127);
}

static void check_s8(shape s, size_t kind) {
  float *x = guarded(s.m * s.k * 4), *scale = guarded(s.m * 4), *b_scale = guarded(s.n * 4), *bias = guarded(s.n * 4);
  int8_t *b = malloc(s.n * s.k), *packed = guarded(ck_packed_s8_size(s.n, s.k));
  for (size_t i = 0; i < s.m * s.k; i++) x[i] = (kind == 1 && i / s.k % 2) ? -127 : (float)byte(kind);
  if (s.m > 1) memset(x + s.k, 0, s.k * 4);
  for (size_t i = 0; i < s.n * s.k; i++) b[i] = byte(kind);
  for (size_t i = 0; i < s.n; i++) b_scale[i] = 1 + fabsf(uniform());
  fill(bias, s.n, 3);
  ck_pack_s8(s.n, s.k, b, packed);
  float *expected = 0;
  for (size_t v = 0; v < variant_count; v++) {
    float *c = results(s);
    void *a = guarded(s.m * ck_s8_stride(s.k) * variants[v]->activation_bytes);
    variants[v]->quantize_rows(s.m, s.k, x, s.k, a, scale);
    variants[v]->gemm_s8(s.m, s.n, s.k, a, scale, packed, b_scale, s.k % 2 ? bias : 0, c, s.n + GAP);
    if (expected) expect("gemm_s8 bits", variants[v]->name, same(c, expected, result_bytes(s)), s);
    expected = expected ? expected : c;
  }
  free(b);
}

// The bits that gemm_s16 gives for the same numbers.
static void check_s16s8(shape s, const int16_t *a, int16_t *b, const float *row, const float *column) {
  int16_t *packed = guarded(ck_packed_s16_size(s.n, s.k) * 2);
  int8_t *bytes = guarded(ck_packed_s16_size(s.n, s.k));
  float *expected = results(s);
  for (size_t i = 0; i < s.n * s.k; i++) b[i] >>= 8;
  ck_pack_s16_rows(0, s.n, s.k, b, s.k, packed);
  ck_pack_s16s8_rows(0, s.n, s.k, b, s.k, bytes);
  ck_kernels_named("scalar")->gemm_s16(s.m, s.n, s.k, a, s.k + 2, row, packed, column, expected, s.n + GAP);
  for (size_t v = 0; v < variant_count; v++) {
    float *c = results(s);
    variants[v]->gemm_s16s8(s.m, s.n, s.k, a, s.k + 2, row, bytes, column, c, s.n + GAP);
    expect("gemm_s16s8 bits", variants[v]->name, same(c, expected, result_bytes(s)), s);
  }
}

static void check_s16(shape s) {
  s.k = (s.k + 1) / 2 * 2;
  int limit = (int)sqrtf(2147483647.0f / (float)s.k) - 1;  // sums stay within 32 bits
  int16_t *a = guarded((s.m * (s.k + 2) - 2) * 2), *b = malloc(s.n * s.k * 2);
  int16_t *packed = guarded(ck_packed_s16_size(s.n, s.k) * 2);
  float *row = guarded(s.m * 4), *column = guarded(s.n * 4), *expected = 0;
  limit = limit < 32767 ? limit : 32767;
  for (size_t i = 0; i < s.m * (s.k + 2) - 2; i++) a[i] = (int16_t)(i % 5 ? uniform() * (float)limit : -limit);
  for (size_t i = 0; i < s.n * s.k; i++) b[i] = (int16_t)(i % 3 ? uniform() * (float)limit : limit);
  fill(row, s.m, 1e-3f), fill(column, s.n, 1e-3f);
  ck_pack_s16_rows(0, s.n, s.k, b, s.k, packed);
  for (size_t v = 0; v < variant_count; v++) {
    float *c = results(s);
    variants[v]->gemm_s16(s.m, s.n, s.k, a, s.k + 2, row, packed, s.n % 2 ? column : 0, c, s.n + GAP);
    if (expected) expect("gemm_s16 bits", variants[v]->name, same(c, expected, result_bytes(s)), s);
    expected = expected ? expected : c;
  }
  check_s16s8(s, a, b, row, s.n % 2 ? column : 0);
  free(b);
}

static void check_shape(shape s) {
  check_f32(s);
  for (size_t kind = 0; kind < 3; kind++) check_s8(s, kind);
  check_s16(s);
  release_all();
}

// Not a number and infinities must not trap; what they give is not looked at.
static void check_bad_floats(void) {
  shape s = {7, 19, 33};
  for (size_t v = 0; v < variant_count; v++) {
    float x[7 * 33], y[7 * 22], scale[7], packed[32 * 33] = {0};
    int16_t q[7 * 72];
    static const float bad[] = {NAN, INFINITY, -INFINITY, 3e38f};
    for (size_t i = 0; i < 7 * 33; i++) x[i] = bad[i % 4];
    variants[v]->gemm_f32(s.m, s.n, s.k, x, s.k, packed, 0, y, 22);
    variants[v]->quantize_rows(s.m, s.k, x, s.k, q, scale);
    variants[v]->quantize_s16(s.m, s.k, x, s.k, 8191, 1, q, 72, scale);
    expect("survives bad floats", variants[v]->name, true, s);
  }
}

void check_products(void) {
  static const size_t ms[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25, 48, 97};
  static const size_t ks[] = {1, 2, 3, 4, 5, 16, 63, 64, 65};
  static const shape large[] = {{1, 1500, 64},  {1, 50, 2048},   {2, 70, 512},    {3, 48, 512},
                                {5, 1500, 512}, {8, 96, 2048},   {13, 1500, 65},  {97, 50, 512},
                                {97, 1500, 64}, {133, 33, 2048}, {300, 17, 2048}, {700, 40, 512}};
  for (size_t m = 0; m < sizeof ms / sizeof *ms; m++)
    for (size_t k = 0; k < sizeof ks / sizeof *ks; k++)
      for (size_t n = 1; n <= 50; n += quick ? 7 : 1) check_shape((shape){ms[m], n, ks[k]});
  for (size_t i = 0; i < (quick ? 10 : sizeof large / sizeof *large); i++) check_shape(large[i]);
  check_bad_floats();
}
