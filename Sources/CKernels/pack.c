// Packing: independent of the instruction set. Done once at load, or once a window for attention keys and values.
#include "CKernels.h"
#include <string.h>

size_t ck_packed_f32_size(size_t n, size_t k) { return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL * k; }

void ck_pack_f32_rows(size_t n, size_t k, const float *b, size_t ldb, float *packed) {
  for (size_t j = 0; j < n; j += CK_PANEL) {
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    if (width < CK_PANEL) memset(packed, 0, k * CK_PANEL * sizeof(float));
    for (size_t c = 0; c < width; c++) {
      const float *row = b + (j + c) * ldb;
      for (size_t p = 0; p < k; p++) packed[p * CK_PANEL + c] = row[p];
    }
    packed += k * CK_PANEL;
  }
}

void ck_pack_f32_columns(size_t first, size_t depth, size_t n, size_t k, const float *b, size_t ldb, float *packed) {
  for (size_t j = 0; j < n; j += CK_PANEL) {
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    float *panel = packed + j * k + first * CK_PANEL;
    for (size_t p = 0; p < depth; p++, panel += CK_PANEL) {
      memcpy(panel, b + p * ldb + j, width * sizeof(float));
      for (size_t c = width; c < CK_PANEL; c++) panel[c] = 0;
    }
  }
}

size_t ck_s8_stride(size_t k) { return (k + CK_S8_DEPTH - 1) / CK_S8_DEPTH * CK_S8_DEPTH; }

size_t ck_s8_panel_size(size_t k) { return CK_PANEL * (sizeof(int32_t) + ck_s8_stride(k)); }

static size_t panels(size_t n) { return (n + CK_PANEL - 1) / CK_PANEL; }

size_t ck_packed_s8_size(size_t n, size_t k) { return panels(n) * ck_s8_panel_size(k); }

// Four values at a time, -128 as -127: a byte of `low` has its high bit where the value isn't -128.
static uint32_t four_s8(uint32_t x) {
  const uint32_t high = 0x80808080u;
  uint32_t low = (((x ^ high) & ~high) + ~high) | (x ^ high);
  return x + ((~low & high) >> 7);
}

// A row of k values into its column of a panel, and their sum.
static int32_t pack_s8_row(size_t k, const int8_t *row, int8_t *column) {
  int32_t sum = 0;
  for (size_t p = 0; p < k; p++) sum += row[p] == -128 ? -127 : row[p];
  for (size_t p = 0; p < k; p += CK_S8_DEPTH, column += CK_PANEL * CK_S8_DEPTH) {
    uint32_t values = 0;
    if (k - p >= CK_S8_DEPTH)
      memcpy(&values, row + p, CK_S8_DEPTH);
    else
      memcpy(&values, row + p, k - p);
    values = four_s8(values);
    memcpy(column, &values, CK_S8_DEPTH);
  }
  return sum;
}

void ck_pack_s8(size_t n, size_t k, const int8_t *b, int8_t *packed) {
  for (size_t j = 0; j < n; j += CK_PANEL, packed += ck_s8_panel_size(k)) {
    size_t width = n - j < CK_PANEL ? n - j : CK_PANEL;
    if (width < CK_PANEL) memset(packed, 0, ck_s8_panel_size(k));
    for (size_t c = 0; c < width; c++) {
      int32_t sum = pack_s8_row(k, b + (j + c) * k, packed + CK_PANEL * sizeof sum + c * CK_S8_DEPTH);
      memcpy(packed + c * sizeof sum, &sum, sizeof sum);
    }
  }
}

size_t ck_packed_s16_size(size_t n, size_t k) { return panels(n) * CK_PANEL * k; }

#define CK_VALUE int16_t
#define CK_NAME(part) ck_pack_s16_##part
#include "pack_s16_template.h"
#undef CK_VALUE
#undef CK_NAME

#define CK_VALUE int8_t
#define CK_NAME(part) ck_pack_s16s8_##part
#include "pack_s16_template.h"

void ck_bf16_to_f32(size_t n, const void *source, float *out) {
  const unsigned char *bytes = source;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits = (uint32_t)bytes[2 * i] << 16 | (uint32_t)bytes[2 * i + 1] << 24;
    memcpy(out + i, &bits, 4);
  }
}

static uint32_t half_bits_to_float_bits(uint32_t h) {
  uint32_t sign = (h & 0x8000u) << 16, exponent = h >> 10 & 31, mantissa = h & 1023;
  if (exponent == 31) return sign | 0x7F800000u | mantissa << 13;
  if (exponent) return sign | (exponent + 112) << 23 | mantissa << 13;
  if (!mantissa) return sign;
  exponent = 113;
  while (!(mantissa & 1024)) {
    mantissa <<= 1;
    exponent--;
  }
  return sign | exponent << 23 | (mantissa & 1023) << 13;
}

void ck_f16_to_f32(size_t n, const void *source, float *out) {
  const unsigned char *bytes = source;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits = half_bits_to_float_bits((uint32_t)bytes[2 * i] | (uint32_t)bytes[2 * i + 1] << 8);
    memcpy(out + i, &bits, 4);
  }
}
