// Row-wise ops, written once in plain C and compiled once for each instruction set: the including file defines CK_TARGET
// (the function attribute) and CK_NAME(op). Sixteen partial sums make the sums vectorise without relaxed arithmetic.
#include "variants.h"
#include <math.h>
#include <string.h>

enum { LANES = 16 };
#define CK_INLINE static inline __attribute__((always_inline))

// exp(x) for x <= 0 to 2 ulp: 2^n * e^r with |r| <= ln(2)/2, a degree 6 Taylor polynomial; below -87 it is 0.
CK_INLINE CK_TARGET float exponential(float x) {
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer
  float clamped = x > -87.0f ? x : -87.0f;  // NaN becomes -87: the cast below must not see it
  float n = (clamped * 1.44269504f + magic) - magic;
  float r = clamped - n * 0.693359375f + n * 2.12194440e-4f;
  float e = 1 + r * (1 + r * (0.5f + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 + r * (1.0f / 720))))));
  uint32_t bits = (uint32_t)((int32_t)n + 127) << 23;
  float power;
  memcpy(&power, &bits, 4);
  return x > -87.0f ? e * power : 0;
}

// Abramowitz & Stegun 7.1.26: |error| <= 1.5e-7.
CK_INLINE CK_TARGET float error_function(float x) {
  float z = x < 0 ? -x : x;
  float t = 1 / (1 + 0.3275911f * z);
  float poly = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
  float y = 1 - poly * exponential(-z * z);
  return x < 0 ? -y : y;
}

CK_INLINE CK_TARGET float lane_sum(const float *lanes) {
  double sum = 0;
  for (size_t i = 0; i < LANES; i++) sum += lanes[i];
  return (float)sum;
}

CK_TARGET static void CK_NAME(gelu)(size_t n, float *x) {
  for (size_t i = 0; i < n; i++) x[i] = 0.5f * x[i] * (1 + error_function(x[i] * 0.70710678f));
}

CK_TARGET static void CK_NAME(add)(size_t n, const float *x, float *y) {
  for (size_t i = 0; i < n; i++) y[i] += x[i];
}

CK_INLINE CK_TARGET float row_maximum(size_t n, const float *x) {
  float best[LANES];
  for (size_t l = 0; l < LANES; l++) best[l] = -INFINITY;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t l = 0; l < LANES; l++) best[l] = x[i + l] > best[l] ? x[i + l] : best[l];
  for (; i < n; i++) best[0] = x[i] > best[0] ? x[i] : best[0];
  for (size_t l = 1; l < LANES; l++) best[0] = best[l] > best[0] ? best[l] : best[0];
  return best[0];
}

CK_TARGET static void CK_NAME(softmax)(size_t m, size_t n, float *x, size_t ld) {
  for (size_t row = 0; row < m; row++, x += ld) {
    float maximum = row_maximum(n, x), sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
      for (size_t l = 0; l < LANES; l++) sums[l] += x[i + l] = exponential(x[i + l] - maximum);
    for (; i < n; i++) sums[0] += x[i] = exponential(x[i] - maximum);
    float factor = 1 / lane_sum(sums);
    for (i = 0; i < n; i++) x[i] *= factor;
  }
}

CK_TARGET static void CK_NAME(layer_norm)(size_t m, size_t n, const float *x, const float *gamma, const float *beta,
                                          float *y) {
  for (size_t row = 0; row < m; row++, x += n, y += n) {
    float sums[LANES] = {0}, squares[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
      for (size_t l = 0; l < LANES; l++) sums[l] += x[i + l];
    for (; i < n; i++) sums[0] += x[i];
    float mean = lane_sum(sums) / (float)n;
    for (i = 0; i + LANES <= n; i += LANES)
      for (size_t l = 0; l < LANES; l++) squares[l] += (x[i + l] - mean) * (x[i + l] - mean);
    for (; i < n; i++) squares[0] += (x[i] - mean) * (x[i] - mean);
    float inverse = 1 / sqrtf(lane_sum(squares) / (float)n + 1e-5f);
    for (i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * gamma[i] + beta[i];
  }
}

CK_INLINE CK_TARGET float row_magnitude(size_t n, const float *x) {
  float best[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t l = 0; l < LANES; l++) best[l] = fabsf(x[i + l]) > best[l] ? fabsf(x[i + l]) : best[l];
  for (; i < n; i++) best[0] = fabsf(x[i]) > best[0] ? fabsf(x[i]) : best[0];
  for (size_t l = 1; l < LANES; l++) best[0] = best[l] > best[0] ? best[l] : best[0];
  return best[0];
}

CK_TARGET static void CK_NAME(quantize_rows)(size_t m, size_t k, const float *x, size_t ldx, int8_t *q, float *scale) {
  const float magic = 12582912.0f;
  size_t stride = ck_s8_stride(k);
  for (size_t row = 0; row < m; row++, x += ldx, q += stride) {
    float magnitude = row_magnitude(k, x), factor = magnitude > 0 ? 127 / magnitude : 1;
    scale[row] = factor;
    for (size_t i = 0; i < k; i++) {
      float v = (x[i] * factor + magic) - magic;
      v = v >= -127 ? v : -127;  // also what NaN becomes
      q[i] = (int8_t)(v <= 127 ? v : 127);
    }
    for (size_t i = k; i < stride; i++) q[i] = 0;
  }
}

const ck_kernels CK_NAME(ck_kernels) = {
    CK_STRING, CK_NAME(ck_gemm_f32), CK_NAME(ck_gemm_s8), CK_NAME(quantize_rows), CK_NAME(layer_norm),
    CK_NAME(softmax), CK_NAME(gelu), CK_NAME(add),
};
