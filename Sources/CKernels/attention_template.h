// What attention needs beside its matrix products: rows in 16 bits, their softmax, and a decoder's few rows over cached ones.
// A part of rows_template.h, which includes it.
CK_TARGET static void CK_NAME(quantize_s16)(size_t m, size_t k, const float *x, size_t ldx, float limit, float gain,
                                            int16_t *q, size_t ldq, float *factor) {
#pragma STDC FP_CONTRACT OFF
  for (size_t row = 0; row < m; row++, x += ldx, q += ldq) {
    float magnitude = row_magnitude(k, x), scale = magnitude > 0 ? limit / magnitude : 0;
    factor[row] = magnitude / limit * gain;
    for (size_t i = 0; i < k; i++) {
      float v = (x[i] * scale + MAGIC) - MAGIC;
      v = v >= -limit ? v : -limit;
      q[i] = (int16_t)(int32_t)(v <= limit ? v : limit);
    }
    for (size_t i = k; i < ldq; i++) q[i] = 0;
  }
}

typedef struct {
  lanes sums, best, totals;
} powers;

CK_INLINE CK_TARGET void weigh(powers *p, lanes *v, float shift, const lanes *weight) {
  *v -= shift;
  power_of_two(v);
  p->sums += *v;
  *v *= *weight;
  p->totals += *v;
  larger(&p->best, v);
}

// Writes 2^(x - max) * weight over x.
CK_INLINE CK_TARGET void weighted_powers(size_t n, float *x, const float *weight, powers *p) {
  float shift = CK_NAME(maximum)(n, x);
  lanes v, w;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    load(&w, weight + i);
    weigh(p, &v, shift, &w);
    store(x + i, &v);
  }
  if (i == n) return;
  load_part(&v, x + i, n - i, -INFINITY);
  load_part(&w, weight + i, n - i, 0);
  weigh(p, &v, shift, &w);
  memcpy(x + i, &v, (n - i) * sizeof *x);
}

// q = rint(x * scale), which is known to lie in 0...32767.
CK_INLINE CK_TARGET void round_s16(size_t n, const float *x, float scale, int16_t *q) {
#pragma STDC FP_CONTRACT OFF
  lanes v;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    v = v * scale + MAGIC;
    shorts whole = __builtin_convertvector((ints)v, shorts);  // the low bits
    memcpy(q + i, &whole, sizeof whole);
  }
  load_part(&v, x + i, n - i, 0);
  v = v * scale + MAGIC;
  shorts whole = __builtin_convertvector((ints)v, shorts);
  memcpy(q + i, &whole, (n - i) * sizeof *q);
}

CK_TARGET static void CK_NAME(softmax_s16)(size_t m, size_t n, float *x, size_t ld, const float *weight, int16_t *q,
                                           size_t ldq, float *factor) {
  for (size_t row = 0; row < m; row++, x += ld, q += ldq) {
    powers p = {};
    weighted_powers(n, x, weight, &p);
    float most = largest(&p.best), sum = lane_sum(&p.sums);
    // Rounding adds at most a half a value, and the last bits of the total are not exact.
    float room = ((float)CK_S16_ROW_SUM - 64 - 0.5f * (float)n) / lane_sum(&p.totals), scale = 32766.9f / most;
    scale = room < scale ? room : scale;
    int usable = most > 0 && most < INFINITY && room > 0 && scale > 0 && scale < 1e30f;
    factor[row] = usable ? 1 / (sum * scale) : 0;
    if (usable)
      round_s16(n, x, scale, q);
    else
      memset(q, 0, n * sizeof *q);
    for (size_t i = n; i < ldq; i++) q[i] = 0;
  }
}

typedef float eight __attribute__((vector_size(32)));
typedef float four __attribute__((vector_size(16)));

CK_INLINE CK_TARGET void quarters_added(const lanes *v, four *y) {
  eight x = __builtin_shufflevector(*v, *v, 0, 1, 2, 3, 4, 5, 6, 7) +
            __builtin_shufflevector(*v, *v, 8, 9, 10, 11, 12, 13, 14, 15);
  *y = __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
}

CK_INLINE CK_TARGET float dot(size_t n, const float *x, const float *y) {
  lanes sums = {}, v, w;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    load(&w, y + i);
    sums += v * w;
  }
  if (i < n) {
    load_part(&v, x + i, n - i, 0);
    load_part(&w, y + i, n - i, 0);
    sums += v * w;
  }
  four z;
  quarters_added(&sums, &z);
  return (z[0] + z[2]) + (z[1] + z[3]);
}

enum { TOKENS = 4, BLOCKS = 4 };  // that are gone over side by side

// TOKENS products of whole vectors, to the bit what `dot` gives: their last sums are made side by side too.
CK_INLINE CK_TARGET void dots(size_t n, const float *x, const float *keys, const size_t *offsets, float *out) {
  lanes sums[TOKENS] = {}, v, w;
  for (size_t i = 0; i < n; i += LANES) {
    load(&v, x + i);
    for (size_t t = 0; t < TOKENS; t++) {
      load(&w, keys + offsets[t] + i);
      sums[t] += v * w;
    }
  }
  four y[TOKENS];
  for (size_t t = 0; t < TOKENS; t++) quarters_added(sums + t, y + t);
  four a = __builtin_shufflevector(y[0], y[1], 0, 4, 1, 5), b = __builtin_shufflevector(y[2], y[3], 0, 4, 1, 5);
  four c = __builtin_shufflevector(y[0], y[1], 2, 6, 3, 7), d = __builtin_shufflevector(y[2], y[3], 2, 6, 3, 7);
  y[0] = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(c, d, 0, 1, 4, 5);
  y[1] = __builtin_shufflevector(a, b, 2, 3, 6, 7) + __builtin_shufflevector(c, d, 2, 3, 6, 7);
  y[0] += y[1];
  memcpy(out, y, sizeof *y);
}

// out[width] = sum of scores[t] * values[t], 16 columns at most.
CK_INLINE CK_TARGET void weighted_sum(size_t count, size_t width, const float *scores, const float *values,
                                      const size_t *offsets, float *out) {
  lanes sum = {}, v;
  for (size_t t = 0; t < count; t++) {
    load_part(&v, values + offsets[t], width, 0);
    sum += scores[t] * v;
  }
  memcpy(out, &sum, width * sizeof *out);
}

// The same for `blocks` times 16 columns; a constant after inlining.
CK_INLINE CK_TARGET void weighted_sums(size_t blocks, size_t count, const float *scores, const float *values,
                                       const size_t *offsets, float *out) {
  lanes sums[BLOCKS] = {}, v;
  for (size_t t = 0; t < count; t++)
    for (size_t i = 0; i < blocks; i++) {
      load(&v, values + offsets[t] + i * LANES);
      sums[i] += scores[t] * v;
    }
  memcpy(out, sums, blocks * sizeof *sums);
}

CK_TARGET static void CK_NAME(attend)(size_t count, size_t depth, const float *query, const float *keys,
                                      const float *values, const size_t *offsets, float scale, float *scores,
                                      float *out) {
  size_t t = 0, i = 0;
  if (depth % LANES == 0)
    for (; t + TOKENS <= count; t += TOKENS) dots(depth, query, keys, offsets + t, scores + t);
  for (; t < count; t++) scores[t] = dot(depth, query, keys + offsets[t]);
  for (t = 0; t < count; t++) scores[t] *= scale;
  CK_NAME(softmax)(1, count, scores, count);
  for (; i + BLOCKS * LANES <= depth; i += BLOCKS * LANES)
    weighted_sums(BLOCKS, count, scores, values + i, offsets, out + i);
  for (; i + LANES <= depth; i += LANES) weighted_sums(1, count, scores, values + i, offsets, out + i);
  if (i < depth) weighted_sum(count, depth - i, scores, values + i, offsets, out + i);
}
