// Log-mel features of Whisper. A part of rows_template.h, which includes it; the including file may define CK_MEL_LANES.
#ifndef CK_MEL_LANES
#define CK_MEL_LANES 4  // frames that are transformed together
#endif
#include "fourier_template.h"

typedef double four_doubles __attribute__((vector_size(32)));

// Sixteen samples, four of each of four frames, change places: a vector becomes one sample of all four.
CK_INLINE CK_TARGET void turn_four(four x[4]) {
  four a = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5), b = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7);
  four c = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5), d = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
  x[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  x[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  x[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  x[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

// Windowed frames, each sample at its place; lanes beyond `count` repeat the last frame.
CK_INLINE CK_TARGET void load_frames(const float *window, size_t count, const float *samples, doubles *frame) {
  for (size_t lane = 0; lane < CK_MEL_LANES; lane += 4) {
    const float *from[4];
    for (size_t f = 0; f < 4; f++) from[f] = samples + (lane + f < count ? lane + f : count - 1) * CK_MEL_HOP;
    for (size_t i = 0; i < FRAME; i += 4) {
      four x[4], weight;
      memcpy(&weight, window + i, sizeof weight);
      for (size_t f = 0; f < 4; f++) memcpy(x + f, from[f] + i, sizeof *x), x[f] *= weight;
      turn_four(x);
      for (size_t s = 0; s < 4; s++) {
        four_doubles wide = __builtin_convertvector(x[s], four_doubles);
        memcpy((double *)(frame + places[i + s]) + lane, &wide, sizeof wide);
      }
    }
  }
}

typedef float mel_floats __attribute__((vector_size(4 * CK_MEL_LANES)));

// The bands' energies of `count` frames, 1...CK_MEL_LANES.
CK_TARGET static void mel_energies(const ck_mel *mel, size_t count, const float *samples, float *out, size_t ld) {
  doubles frame[FRAME], power[CK_MEL_BINS];
  load_frames(mel->window, count, samples, frame);
  power_spectrum(frame, power);
  const double *weight = mel->weights;
  for (size_t band = 0; band < mel->bands; band++, out += ld) {
    doubles sum = {};
    const doubles *bin = power + mel->first[band];
    for (size_t i = 0; i < mel->count[band]; i++) sum += *weight++ * bin[i];
    mel_floats narrow = __builtin_convertvector(sum, mel_floats);
    memcpy(out, &narrow, count * sizeof *out);
  }
}

// log10 of at least 1e-10, which is also what NaN becomes; to half a unit in the last place and 2e-8. 2^e * (1 + r) with 1 + r
// in sqrt(1/2)...sqrt(2), a polynomial fitted to r, log10(2) in two parts of which the first times e is exact.
CK_INLINE CK_TARGET void log10_of(lanes *v) {
  at_least(v, 1e-10f);
  ints exponent = ((ints)*v - 0x3F3504F3) >> 23;
  lanes r = (lanes)((ints)*v - (exponent << 23)) - 1, e = __builtin_convertvector(exponent, lanes);
  lanes high = -0.0718016326f + r * (0.0654374659f + r * (-0.0633066744f + r * 0.0377524011f));
  lanes q = 0.144772112f + r * (-0.108587898f + r * (0.0865933299f + r * high));
  q = 0.434294432f + r * (-0.217147127f + r * q);
  *v = e * 0.301025390625f + (e * 4.60503898e-6f + r * q);
}

CK_TARGET static float CK_NAME(log_mel)(const ck_mel *mel, size_t frames, const float *samples, float *out, size_t ld) {
  lanes best = (lanes){} - INFINITY, v;
  for (size_t t = 0; t < frames; t += LANES) {
    size_t width = frames - t < LANES ? frames - t : LANES;
    for (size_t i = 0; i < width; i += CK_MEL_LANES)
      mel_energies(mel, width - i < CK_MEL_LANES ? width - i : CK_MEL_LANES, samples + (t + i) * CK_MEL_HOP,
                   out + t + i, ld);
    for (size_t band = 0; band < mel->bands; band++) {
      float *row = out + band * ld + t;
      load_part(&v, row, width, 0);
      log10_of(&v);
      larger(&best, &v);
      memcpy(row, &v, width * sizeof *row);
    }
  }
  return largest(&best);
}

CK_TARGET static void CK_NAME(mel_scale)(size_t n, const float *x, float floor, float *y) {
  lanes v;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    load(&v, x + i);
    at_least(&v, floor);
    v = (v + 4) * 0.25f;
    store(y + i, &v);
  }
  if (i == n) return;
  load_part(&v, x + i, n - i, 0);
  at_least(&v, floor);
  v = (v + 4) * 0.25f;
  memcpy(y + i, &v, (n - i) * sizeof *y);
}
