// log_mel against a Fourier sum in double precision for each bin, and against itself with other frames beside; mel_scale.
// Fused variants agree to the bit.
#include "check.h"
#include <math.h>
#include <string.h>

enum { BANDS = 6, WEIGHTS = 1 + 4 + 24 + 92 + 101 + 1, MOST_FRAMES = 35 };
static const uint16_t first[BANDS] = {0, 0, 7, 20, 100, 200}, count[BANDS] = {1, 4, 24, 92, 101, 1};

typedef struct {
  ck_mel mel;
  float *samples;
  double expected[BANDS][MOST_FRAMES];
} recording;

// What a band sums up to, with a window and weights of any kind.
static double energy(const ck_mel *mel, const float *x, size_t band, const double *weight) {
  double sum = 0;
  for (size_t k = first[band]; k < (size_t)first[band] + count[band]; k++) {
    double re = 0, im = 0;
    for (size_t i = 0; i < CK_MEL_FRAME; i++) {
      double angle = 2 * 3.14159265358979323846 * (double)(i * k % CK_MEL_FRAME) / CK_MEL_FRAME;
      double value = x[i] * mel->window[i];
      re += value * cos(angle), im += value * sin(angle);
    }
    sum += *weight++ * (re * re + im * im);
  }
  return sum;
}

// A loud tone over faint noise: single precision would drown the quiet bands.
static void record(recording *r) {
  size_t length = (MOST_FRAMES - 1) * CK_MEL_HOP + CK_MEL_FRAME;
  float *window = guarded(CK_MEL_FRAME * 4);
  double *weights = guarded(WEIGHTS * 8);
  uint16_t *firsts = memcpy(guarded(sizeof first), first, sizeof first);
  uint16_t *counts = memcpy(guarded(sizeof count), count, sizeof count);
  r->samples = guarded(length * 4);
  for (size_t i = 0; i < length; i++) r->samples[i] = 0.9f * sinf((float)i * 0.7f) + 1e-5f * uniform();
  for (size_t i = 0; i < CK_MEL_FRAME; i++) window[i] = fabsf(uniform());
  for (size_t i = 0; i < WEIGHTS; i++) weights[i] = fabsf(uniform()) + 0.01f;
  r->mel = (ck_mel){BANDS, window, firsts, counts, weights};
  for (size_t t = 0; t < MOST_FRAMES; t++) {
    const double *weight = weights;
    for (size_t band = 0; band < BANDS; weight += count[band++])
      r->expected[band][t] = log10(fmax(1e-10, energy(&r->mel, r->samples + t * CK_MEL_HOP, band, weight)));
  }
}

static float unit(double y) { return nextafterf(fabsf((float)y), INFINITY) - fabsf((float)y); }

// Frames from `start` on, the last of which ends where the samples do; what lies between rows must stay.
static float *features(const ck_kernels *k, const recording *r, size_t frames, size_t gap, float *peak) {
  float *out = guarded((BANDS * (frames + gap) - gap) * 4);
  *peak = k->log_mel(&r->mel, frames, r->samples + (MOST_FRAMES - frames) * CK_MEL_HOP, out, frames + gap);
  return out;
}

static void check_frames(const ck_kernels *k, const recording *r, size_t frames, size_t gap) {
  float peak, other_peak, most = -INFINITY;
  float *out = features(k, r, frames, gap, &peak);
  bool near = true, untouched = true;
  for (size_t band = 0; band < BANDS; band++)
    for (size_t t = 0; t < frames + gap && (band < BANDS - 1 || t < frames); t++) {
      float value = out[band * (frames + gap) + t];
      if (t >= frames) {
        untouched &= isnan(value) != 0;
        continue;
      }
      double expected = r->expected[band][MOST_FRAMES - frames + t];
      near &= fabs(value - expected) <= unit(expected) / 2 + 1e-7;
      most = value > most ? value : most;
    }
  shape s = {1, frames, gap};
  expect("log_mel", k->name, near, s);
  expect("log_mel between rows", k->name, untouched, s);
  expect("log_mel largest", k->name, peak == most, s);
  float *whole = features(k, r, MOST_FRAMES, 0, &other_peak);
  bool alike = true;
  for (size_t band = 0; band < BANDS; band++)
    alike &= same(whole + (band + 1) * MOST_FRAMES - frames, out + band * (frames + gap), frames * 4);
  expect("log_mel cut elsewhere", k->name, alike, s);
  if (k != variants[0] && k != variants[1]) {
    float *fused = features(variants[1], r, frames, 0, &other_peak);
    bool bits = true;
    for (size_t band = 0; band < BANDS; band++)
      bits &= same(fused + band * frames, out + band * (frames + gap), frames * 4);
    expect("log_mel bits", k->name, bits, s);
  }
}

static void check_scale(const ck_kernels *k, size_t n) {
  float *x = guarded(n * 4), *y = guarded(n * 4);
  fill(x, n, 10);
  x[n / 2] = NAN;
  k->mel_scale(n, x, -2.3f, y);
  bool right = true;
  for (size_t i = 0; i < n; i++) right &= y[i] == ((x[i] > -2.3f ? x[i] : -2.3f) + 4) / 4;
  expect("mel_scale", k->name, right, (shape){1, n, 0});
}

void check_mel(void) {
  recording r;
  record(&r);
  static const float odd[] = {0, NAN, INFINITY};
  for (size_t v = 0; v < variant_count; v++) {
    for (size_t frames = 1; frames <= MOST_FRAMES; frames++) {
      if (!quick || frames % 3 < 2) check_frames(variants[v], &r, frames, frames % 4);
      check_scale(variants[v], frames);
    }
    for (size_t i = 0; i < 3; i++) {
      float samples[CK_MEL_FRAME], out[BANDS], peak;
      for (size_t s = 0; s < CK_MEL_FRAME; s++) samples[s] = odd[i];
      peak = variants[v]->log_mel(&r.mel, 1, samples, out, 1);
      expect("log_mel of odd sound", variants[v]->name, peak == -10 && out[0] == -10 && out[BANDS - 1] == -10, (shape){0});
    }
  }
  release_all();
}
