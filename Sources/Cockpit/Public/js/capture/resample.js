// Windowed-sinc resampling of one channel: flat to 7 kHz, 90 dB down from 8.1 kHz on.
const CROSSINGS = 48, BETA = 8;

function bessel(x) {
  let sum = 1;
  for (let term = 1, k = 1; term > 1e-9; k++) sum += term *= (x / 2 / k) ** 2;
  return sum;
}

/** One row of weights a phase, each row's sum 1. */
function kernel(phases, half, cutoff) {
  return Array.from({ length: phases }, (_, phase) => {
    const row = Float32Array.from({ length: 2 * half }, (_, k) => {
      const t = k - half + 1 - phase / phases, x = 2 * Math.PI * cutoff * t;
      return (x ? Math.sin(x) / x : 1) * bessel(BETA * Math.sqrt(Math.max(0, 1 - (t / half) ** 2)));
    });
    const sum = row.reduce((a, b) => a + b);
    return row.map((weight) => weight / sum);
  });
}

export class Resampler {
  constructor(from, to = 16000) {
    const divisor = (a, b) => (b ? divisor(b, a % b) : a), unit = divisor(from, to);
    const half = Math.ceil(CROSSINGS * Math.max(1, from / to));
    [this.phases, this.step, this.taps] = [to / unit, from / unit, 2 * half];
    this.kernel = kernel(this.phases, half, 0.47 * Math.min(from, to) / from);
    this.line = new Float32Array(this.taps + 8192);
    [this.length, this.phase] = [half - 1, 0]; // silence before the first sample
  }

  /** Takes samples, 8,000 at most, and calls `out(sample)` for each that is ready. */
  push(samples, out) {
    this.line.set(samples, this.length);
    this.length += samples.length;
    let at = 0;
    for (; at + this.taps <= this.length; at += Math.floor(this.phase / this.phases), this.phase %= this.phases) {
      const row = this.kernel[this.phase];
      let sum = 0;
      for (let k = 0; k < this.taps; k++) sum += this.line[at + k] * row[k];
      out(sum);
      this.phase += this.step;
    }
    this.line.copyWithin(0, at, this.length);
    this.length -= at;
  }
}
