// Row-wise ops, written once in vectors of sixteen floats and compiled once for each instruction set: the including file
// defines CK_TARGET (the function attribute), CK_NAME(op), CK_STRING and CK_ACTIVATION. The order of every sum is the same
// whatever the width of the registers.
#include "variants.h"
#include <math.h>
#include <string.h>

enum { LANES = 16 };
typedef float lanes __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef int16_t shorts __attribute__((vector_size(32)));
#define CK_INLINE static inline __attribute__((always_inline))

// Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits.
static const float MAGIC = 12582912.0f;

CK_INLINE CK_TARGET void load(lanes *v, const float *x) { memcpy(v, x, sizeof *v); }

// The first `count` lanes, `other` in the rest.
CK_INLINE CK_TARGET void load_part(lanes *v, const float *x, size_t count, float other) {
  *v = (lanes){} + other;
  memcpy(v, x, count * sizeof *x);
}

CK_INLINE CK_TARGET void store(float *x, const lanes *v) { memcpy(x, v, sizeof *v); }

CK_INLINE CK_TARGET void select_above(lanes *v, const lanes *x, float limit, float otherwise) {
  ints above = *x > limit;
  ints kept = ((ints)*v & above) | ((ints)((lanes){} + otherwise) & ~above);
  *v = (lanes)kept;
}

CK_INLINE CK_TARGET void at_least(lanes *v, float limit) { select_above(v, v, limit, limit); }  // also what NaN becomes

CK_INLINE CK_TARGET void larger(lanes *best, const lanes *x) {
  ints above = *x > *best;
  *best = (lanes)(((ints)*x & above) | ((ints)*best & ~above));
}

CK_INLINE CK_TARGET float largest(const lanes *v) {
  float best = (*v)[0];
  for (size_t l = 1; l < LANES; l++) best = (*v)[l] > best ? (*v)[l] : best;
  return best;
}

CK_INLINE CK_TARGET float lane_sum(const lanes *v) {
  double sum = 0;
  for (size_t l = 0; l < LANES; l++) sum += (*v)[l];
  return (float)sum;
}

// e^x for x <= 0 to 2 ulp: 2^n * e^r with |r| <= ln(2)/2, a degree 6 Taylor polynomial; below -87 it is 0.
CK_INLINE CK_TARGET void exponential(lanes *v) {
  lanes x = *v, clamped = x;
  at_least(&clamped, -87.0f);
  lanes t = clamped * 1.44269504f + MAGIC, n = t - MAGIC;
  lanes r = clamped - n * 0.693359375f + n * 2.12194440e-4f;
  lanes e = 1 + r * (1 + r * (0.5f + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 + r * (1.0f / 720))))));
  *v = (lanes)((ints)e + ((ints)t << 23));
  select_above(v, &x, -87.0f, 0);
}

// 2^x for x <= 0 to 1e-7 of its value, a polynomial fitted to |r| <= 1/2; below -126 it is 0.
CK_INLINE CK_TARGET void power_of_two(lanes *v) {
  lanes x = *v, clamped = x;
  at_least(&clamped, -126.0f);
  lanes t = clamped + MAGIC, r = clamped - (t - MAGIC);
  lanes e = 1 + r * (0.69314698f + r * (0.24022242f + r * (0.05550734f + r * (0.00967152f + r * 0.00132647f))));
  *v = (lanes)((ints)e + ((ints)t << 23));
  select_above(v, &x, -126.0f, 0);
}

// x/2 * (1 + erf(x / sqrt 2)); erf after Abramowitz & Stegun 7.1.26: |error| <= 1.5e-7.
CK_INLINE CK_TARGET void gelu_of(lanes *v) {
  lanes x = *v * 0.70710678f;
  ints sign = (ints)x & INT32_MIN;
  lanes z = (lanes)((ints)x & INT32_MAX);
  lanes t = 1 / (1 + 0.3275911f * z), e = -z * z;
  exponential(&e);
  lanes poly = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
  lanes y = (lanes)((ints)(1 - poly * e) | sign);
  *v = 0.5f * *v * (1 + y);
}

CK_TARGET static void CK_NAME(gelu)(size_t n, float *x) {
  lanes v;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    gelu_of(&v);
    store(x + i, &v);
  }
  if (i == n) return;
  load_part(&v, x + i, n - i, 0);
  gelu_of(&v);
  memcpy(x + i, &v, (n - i) * sizeof *x);
}

CK_TARGET static void CK_NAME(add)(size_t n, const float *x, float *y) {
  for (size_t i = 0; i < n; i++) y[i] += x[i];
}

CK_TARGET static float CK_NAME(maximum)(size_t n, const float *x) {
  lanes best = (lanes){} - INFINITY, v;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    larger(&best, &v);
  }
  if (i < n) {
    load_part(&v, x + i, n - i, -INFINITY);
    larger(&best, &v);
  }
  return largest(&best);
}

CK_TARGET static float CK_NAME(exp_sum)(size_t n, const float *x, float shift) {
  lanes sums = {}, v;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    v -= shift;
    exponential(&v);
    sums += v;
  }
  if (i < n) {
    load_part(&v, x + i, n - i, -INFINITY);
    v -= shift;
    exponential(&v);
    sums += v;
  }
  return lane_sum(&sums);
}

CK_TARGET static size_t CK_NAME(first_above)(size_t n, const float *x, float threshold) {
  size_t i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES) {
    int found = 0;
    for (size_t l = 0; l < 4 * LANES; l++) found |= x[i + l] > threshold;
    if (found) break;
  }
  while (i < n && !(x[i] > threshold)) i++;
  return i;
}

CK_TARGET static void CK_NAME(softmax)(size_t m, size_t n, float *x, size_t ld) {
  for (size_t row = 0; row < m; row++, x += ld) {
    float shift = CK_NAME(maximum)(n, x);
    lanes sums = {}, v;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
      load(&v, x + i);
      v -= shift;
      exponential(&v);
      sums += v;
      store(x + i, &v);
    }
    if (i < n) {
      load_part(&v, x + i, n - i, -INFINITY);
      v -= shift;
      exponential(&v);
      sums += v;
      memcpy(x + i, &v, (n - i) * sizeof *x);
    }
    float factor = 1 / lane_sum(&sums);
    for (i = 0; i < n; i++) x[i] *= factor;
  }
}

CK_TARGET static void CK_NAME(layer_norm)(size_t m, size_t n, const float *x, const float *gamma, const float *beta,
                                          float *y) {
  size_t whole = n / LANES * LANES;
  for (size_t row = 0; row < m; row++, x += n, y += n) {
    lanes sums = {}, squares = {}, v;
    for (size_t i = 0; i < whole; i += LANES) {
      load(&v, x + i);
      sums += v;
    }
    load_part(&v, x + whole, n - whole, 0);
    sums += v;
    float mean = lane_sum(&sums) / (float)n;
    for (size_t i = 0; i < whole; i += LANES) {
      load(&v, x + i);
      squares += (v - mean) * (v - mean);
    }
    load_part(&v, x + whole, n - whole, mean);
    squares += (v - mean) * (v - mean);
    float inverse = 1 / sqrtf(lane_sum(&squares) / (float)n + 1e-5f);
    for (size_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * gamma[i] + beta[i];
  }
}

CK_INLINE CK_TARGET float row_magnitude(size_t n, const float *x) {
  lanes best = {}, v;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    v = (lanes)((ints)v & INT32_MAX);
    larger(&best, &v);
  }
  load_part(&v, x + i, n - i, 0);
  v = (lanes)((ints)v & INT32_MAX);
  larger(&best, &v);
  return largest(&best);
}

CK_TARGET static void CK_NAME(quantize_rows)(size_t m, size_t k, const float *x, size_t ldx, void *q, float *scale) {
#pragma STDC FP_CONTRACT OFF  // a fused multiplication would round once where others round twice
  size_t stride = ck_s8_stride(k);
  CK_ACTIVATION *out = q;
  for (size_t row = 0; row < m; row++, x += ldx, out += stride) {
    float magnitude = row_magnitude(k, x), factor = magnitude > 0 ? 127 / magnitude : 1;
    scale[row] = factor;
    for (size_t i = 0; i < k; i++) {
      float v = (x[i] * factor + MAGIC) - MAGIC;
      v = v >= -127 ? v : -127;  // also what NaN becomes
      out[i] = (CK_ACTIVATION)((int32_t)(v <= 127 ? v : 127) + CK_ACTIVATION_ZERO);
    }
    for (size_t i = k; i < stride; i++) out[i] = CK_ACTIVATION_ZERO;
  }
}

#include "attention_template.h"
#include "mel_template.h"

const ck_kernels CK_NAME(ck_kernels) = {
    .name = CK_STRING,
    .activation_bytes = sizeof(CK_ACTIVATION),
    .gemm_f32 = CK_NAME(ck_gemm_f32),
    .gemm_s8 = CK_NAME(ck_gemm_s8),
    .gemm_s16 = CK_NAME(ck_gemm_s16),
    .gemm_s16s8 = CK_NAME(ck_gemm_s16s8),
    .quantize_rows = CK_NAME(quantize_rows),
    .quantize_s16 = CK_NAME(quantize_s16),
    .layer_norm = CK_NAME(layer_norm),
    .softmax = CK_NAME(softmax),
    .softmax_s16 = CK_NAME(softmax_s16),
    .attend = CK_NAME(attend),
    .gelu = CK_NAME(gelu),
    .add = CK_NAME(add),
    .maximum = CK_NAME(maximum),
    .exp_sum = CK_NAME(exp_sum),
    .first_above = CK_NAME(first_above),
    .log_mel = CK_NAME(log_mel),
    .mel_scale = CK_NAME(mel_scale),
};
