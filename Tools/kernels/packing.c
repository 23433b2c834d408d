// Packing against the definition in CKernels.h: by rows, by columns and in parts.
#include "check.h"
#include <math.h>
#include <string.h>

static bool f32_columns_agree(shape s, const float *b, const float *turned, size_t step) {
  size_t count = ck_packed_f32_size(s.n, s.k);
  float *whole = guarded(count * 4), *parts = guarded(count * 4);
  ck_pack_f32_rows(s.n, s.k, b, s.k, whole);
  for (size_t first = 0; first < s.k; first += step) {
    size_t depth = s.k - first < step ? s.k - first : step;
    ck_pack_f32_columns(first, depth, s.n, s.k, turned + first * s.n, s.n, parts);
  }
  bool right = same(whole, parts, count * 4);
  for (size_t i = 0; i < count; i++) {
    size_t column = i / (CK_PANEL * s.k) * CK_PANEL + i % CK_PANEL, p = i / CK_PANEL % s.k;
    right &= whole[i] == (column < s.n ? b[column * s.k + p] : 0);
  }
  return right;
}

// Packed in bytes, the same numbers lie in the same places.
static bool bytes_agree(shape s, size_t k, int16_t *rows, int16_t *turned) {
  size_t count = ck_packed_s16_size(s.n, k);
  int16_t *wide = guarded(count * 2);
  int8_t *by_rows = guarded(count), *by_columns = guarded(count);
  for (size_t i = 0; i < s.n * k; i++) rows[i] >>= 8;
  for (size_t i = 0; i < s.n * s.k; i++) turned[i] >>= 8;
  ck_pack_s16_rows(0, s.n, k, rows, k, wide);
  ck_pack_s16s8_rows(0, s.n, k, rows, k, by_rows);
  ck_pack_s16s8_columns(0, s.k, s.n, k, turned, s.n, by_columns);
  bool right = same(by_rows, by_columns, count);
  for (size_t i = 0; i < count; i++) right &= wide[i] == by_rows[i];
  return right;
}

static bool s16_columns_agree(shape s, const float *b, size_t step) {
  size_t k = (s.k + 1) / 2 * 2, count = ck_packed_s16_size(s.n, k);
  int16_t *rows = guarded(s.n * k * 2), *turned = guarded(s.n * s.k * 2);
  int16_t *whole = guarded(count * 2), *parts = guarded(count * 2), *by_rows = guarded(count * 2);
  memset(rows, 0, s.n * k * 2);
  for (size_t i = 0; i < s.n * s.k; i++)
    rows[i / s.k * k + i % s.k] = turned[i % s.k * s.n + i / s.k] = (int16_t)(b[i] * 32767);
  ck_pack_s16_rows(0, s.n, k, rows, k, whole);
  for (size_t first = 0; first < s.n; first += 32)
    ck_pack_s16_rows(first, s.n - first < 32 ? s.n - first : 32, k, rows + first * k, k, by_rows);
  for (size_t first = 0; first < s.k; first += step) {
    size_t depth = s.k - first < step ? s.k - first : step;
    ck_pack_s16_columns(first, depth, s.n, k, turned + first * s.n, s.n, parts);
  }
  bool right = same(whole, parts, count * 2) && same(whole, by_rows, count * 2);
  for (size_t i = 0; i < count; i++) {
    size_t column = i / (CK_PANEL * k) * CK_PANEL + i / 2 % CK_PANEL, p = i / (2 * CK_PANEL) % (k / 2) * 2 + i % 2;
    right &= whole[i] == (column < s.n ? rows[column * k + p] : 0);
  }
  return right && bytes_agree(s, k, rows, turned);
}

static void check_shape(shape s) {
  float *b = guarded(s.n * s.k * 4), *turned = guarded(s.n * s.k * 4);
  fill(b, s.n * s.k, 1);
  for (size_t i = 0; i < s.n * s.k; i++) turned[i % s.k * s.n + i / s.k] = b[i];
  for (size_t step = 2; step < 70; step *= 4) {
    expect("ck_pack_f32_columns", "packing", f32_columns_agree(s, b, turned, step + 1), s);
    expect("ck_pack_s16_columns", "packing", s16_columns_agree(s, b, step), s);
  }
  release_all();
}

static double half_value(unsigned h) {
  int exponent = h >> 10 & 31, mantissa = h & 1023;
  double value = exponent == 31 ? (mantissa ? NAN : INFINITY)
                                : ldexp(exponent ? 1024 + mantissa : mantissa, (exponent ? exponent : 1) - 25);
  return h >> 15 ? -value : value;
}

void check_packing(void) {
  static const size_t sizes[] = {1, 2, 3, 15, 16, 17, 33, 64, 65};
  for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++)
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) check_shape((shape){0, sizes[n], sizes[k]});
  bool halves = true;
  for (unsigned h = 0; h < 65536; h++) {
    unsigned char bytes[3] = {0, (unsigned char)h, (unsigned char)(h >> 8)};
    float found;
    double value = half_value(h);
    ck_f16_to_f32(1, bytes + 1, &found);
    halves &= isnan(value) ? isnan(found) != 0 : found == value;
  }
  expect("ck_f16_to_f32", "packing", halves, (shape){0, 65536, 0});
}
