// Row ops against double precision and, where they are exact, against scalar. Fused variants agree to the bit.
#include "check.h"
#include <math.h>
#include <string.h>

static const ck_kernels *k;

static void holds(const char *what, bool right, size_t n) { expect(what, k->name, right, (shape){1, n, 0}); }

static bool near(float x, double y, double relative, double absolute) {
  return fabs((double)x - y) <= relative * fabs(y) + absolute;
}

static bool all_near(size_t n, const float *x, const double *y, double relative, double absolute) {
  for (size_t i = 0; i < n; i++)
    if (!near(x[i], y[i], relative, absolute)) return false;
  return true;
}

static float *copy_of(const float *x, size_t n) { return memcpy(guarded(n * 4), x, n * 4); }

static void check_elementwise(size_t n, const float *x) {
  float *y = copy_of(x, n), *z = copy_of(x, n);
  double expected[2048];
  for (size_t i = 0; i < n; i++) expected[i] = 0.5 * x[i] * (1 + erf(x[i] / sqrt(2)));
  k->gelu(n, y);
  holds("gelu", all_near(n, y, expected, 1e-6, 3e-6), n);
  k->add(n, x, z);
  for (size_t i = 0; i < n; i++) expected[i] = x[i] + x[i];
  holds("add", all_near(n, z, expected, 0, 0), n);
  size_t first = 0;
  float best = x[0];
  for (size_t i = 0; i < n; i++) best = x[i] > best ? x[i] : best;
  while (x[first] < best) first++;
  holds("maximum", k->maximum(n, x) == best && k->maximum(0, x) == -INFINITY, n);
  holds("first_above", k->first_above(n, x, best) == n && k->first_above(n, x, nextafterf(best, -99)) == first, n);
}

static void check_softmax(size_t n, const float *x) {
  double expected[2048], sum = 0, best = k->maximum(n, x);
  for (size_t i = 0; i < n; i++) sum += expected[i] = exp(x[i] - best);
  holds("exp_sum", near(k->exp_sum(n, x, (float)best), sum, 2e-6, 0), n);
  for (size_t i = 0; i < n; i++) expected[i] /= sum;
  float *y = copy_of(x, n);
  k->softmax(1, n, y, n);
  holds("softmax", all_near(n, y, expected, 2e-6, 1e-9), n);
}

static bool all_zero(size_t count, const int16_t *q) {
  for (size_t i = 0; i < count; i++)
    if (q[i]) return false;
  return true;
}

// Two equal rows, `gap` values longer than n: what is left unwritten is not zero, what is written too far hits the guard.
static void check_softmax_s16(size_t n, size_t gap, const float *x) {
  size_t ldq = n + gap;
  float *y = guarded(2 * n * 4), *weight = guarded(n * 4), factor[2], best = k->maximum(n, x);
  int16_t *q = guarded(2 * ldq * 2);
  double expected[2048], sum = 0, total = 0;
  memcpy(y, x, n * 4), memcpy(y + n, x, n * 4);
  for (size_t i = 0; i < n; i++) weight[i] = fabsf(uniform()), sum += expected[i] = exp2(x[i] - best);
  k->softmax_s16(2, n, y, n, weight, q, ldq, factor);
  bool right = true;
  for (size_t i = 0; i < n; i++) {
    right &= near((float)q[i] * factor[0], expected[i] / sum * weight[i], 4e-6, 0.51 * factor[0]) && q[i] >= 0;
    total += q[i];
  }
  holds("softmax_s16", right, n);
  holds("softmax_s16 sum", total <= CK_S16_ROW_SUM, n);
  holds("softmax_s16 zeros", all_zero(gap, q + n) && all_zero(gap, q + ldq + n), n);
  holds("softmax_s16 rows", same(q, q + ldq, ldq * 2) && factor[0] == factor[1], n);
  memset(weight, 0, n * 4), memset(q, 0xFF, 2 * ldq * 2), memcpy(y, x, n * 4), memcpy(y + n, x, n * 4);
  k->softmax_s16(2, n, y, n, weight, q, ldq, factor);
  holds("softmax_s16 without weight", all_zero(2 * ldq, q) && factor[0] == 0 && factor[1] == 0, n);
}

static void check_layer_norm(size_t n, const float *x) {
  float *y = guarded(n * 4);
  double expected[2048], mean = 0, variance = 0;
  for (size_t i = 0; i < n; i++) mean += x[i] / (double)n;
  for (size_t i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean) / (double)n;
  for (size_t i = 0; i < n; i++) expected[i] = (x[i] - mean) / sqrt(variance + 1e-5) * x[i] + x[i];
  k->layer_norm(1, n, x, x, x, y);
  holds("layer_norm", all_near(n, y, expected, 1e-5, 1e-4), n);
}

static void check_quantize_rows(size_t n, const float *x) {
  size_t stride = ck_s8_stride(n);
  int8_t *expected = guarded(stride);
  void *a = guarded(stride * k->activation_bytes);
  float scale[2];
  variants[0]->quantize_rows(1, n, x, n, expected, scale);
  k->quantize_rows(1, n, x, n, a, scale + 1);
  bool offset = !strcmp(k->name, "avx512") || !strcmp(k->name, "avxvnni"), right = scale[0] == scale[1];
  for (size_t i = 0; i < stride; i++) {
    int value = k->activation_bytes == 2 ? ((int16_t *)a)[i] : offset ? ((uint8_t *)a)[i] - 128 : ((int8_t *)a)[i];
    right &= value == expected[i] && (i < n ? fabs(value - (double)x[i] * scale[0]) < 0.5001 : value == 0);
  }
  holds("quantize_rows", right, n);
}

static void check_quantize_s16(size_t n, size_t gap, const float *x) {
  size_t ldq = n + gap;
  int16_t *q = guarded(2 * ldq * 2), *other = guarded(2 * ldq * 2);
  float *rows = guarded(2 * n * 4), factor[4];
  for (size_t i = 0; i < n; i++) rows[i] = x[i], rows[n + i] = x[n - 1 - i] * 3;
  variants[0]->quantize_s16(2, n, rows, n, 8191, 0.5f, other, ldq, factor);
  k->quantize_s16(2, n, rows, n, 8191, 0.5f, q, ldq, factor + 2);
  bool right = true;
  for (size_t i = 0; i < n; i++) right &= fabs(q[i] - rows[i] * 0.5 / factor[2]) < 0.51;
  holds("quantize_s16", right, n);
  holds("quantize_s16 bits", same(q, other, 2 * ldq * 2) && same(factor, factor + 2, 8), n);
  holds("quantize_s16 zeros", all_zero(gap, q + n) && all_zero(gap, q + ldq + n), n);
}

typedef struct {
  size_t count, depth;
  size_t *offsets;
  float *query, *keys, *values, *scores;
} memory;

static memory remember(size_t count, size_t depth) {
  memory s = {count, depth, guarded(count * sizeof(size_t)), guarded(depth * 4), guarded(count * depth * 4),
              guarded(count * depth * 4), guarded(count * 4)};
  fill(s.query, depth, 1), fill(s.keys, count * depth, 3), fill(s.values, count * depth, 1);
  for (size_t t = 0; t < count; t++) s.offsets[t] = (count - 1 - t) * depth;
  return s;
}

static float *attend(const ck_kernels *by, const memory *s) {
  float *out = guarded(s->depth * 4);
  by->attend(s->count, s->depth, s->query, s->keys, s->values, s->offsets, 0.125f, s->scores, out);
  return out;
}

static void check_attend(size_t count, size_t depth) {
  memory s = remember(count, depth);
  double expected[64] = {0}, sum = 0;
  for (size_t t = 0; t < count; t++) {
    double score = 0;
    for (size_t i = 0; i < depth; i++) score += (double)s.query[i] * s.keys[s.offsets[t] + i];
    sum += exp(score * 0.125);
    for (size_t i = 0; i < depth; i++) expected[i] += exp(score * 0.125) * s.values[s.offsets[t] + i];
  }
  for (size_t i = 0; i < depth; i++) expected[i] /= sum;
  float *out = attend(k, &s);
  shape size = {1, count, depth};
  expect("attend", k->name, all_near(depth, out, expected, 1e-5, 1e-5), size);
  if (k != variants[0] && k != variants[1])
    expect("attend bits", k->name, same(out, attend(variants[1], &s), depth * 4), size);
}

// The bits that all fused variants must share.
static void check_alike(size_t n, const float *x) {
  const ck_kernels *other = variants[1];
  float *y = copy_of(x, n), *z = copy_of(x, n);
  k->gelu(n, y), other->gelu(n, z);
  holds("gelu bits", same(y, z, n * 4), n);
  k->softmax(1, n, y, n), other->softmax(1, n, z, n);
  holds("softmax bits", same(y, z, n * 4), n);
  k->layer_norm(1, n, x, x, x, y), other->layer_norm(1, n, x, x, x, z);
  holds("layer_norm bits", same(y, z, n * 4), n);
  holds("exp_sum bits", k->exp_sum(n, x, 9) == other->exp_sum(n, x, 9), n);
}

static void check_size(size_t n) {
  float *x = guarded(n * 4);
  fill(x, n, 8);
  check_elementwise(n, x), check_softmax(n, x), check_layer_norm(n, x), check_quantize_rows(n, x);
  for (size_t gap = 0; gap < 4; gap++) check_softmax_s16(n, gap, x), check_quantize_s16(n, gap, x);
  if (k != variants[0] && k != variants[1]) check_alike(n, x);
  release_all();
}

void check_rows(void) {
  static const size_t more[] = {63, 64, 65, 255, 512, 1500, 2048};
  for (size_t v = 0; v < variant_count; v++) {
    k = variants[v];
    for (size_t n = 1; n <= 50; n++) check_size(n);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) check_size(more[i]);
    for (size_t depth = 1; depth <= 64; depth++) {
      check_attend(1 + depth % 5, depth), check_attend(65 - depth, depth);
      release_all();
    }
    check_attend(448, 64);
    release_all();
  }
}
