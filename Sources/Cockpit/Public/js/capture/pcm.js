// Beside the microphone: 16 kHz, 16 bits, one channel, handed over 20 times a second with its level.
import { Resampler } from "./resample.js";

registerProcessor("pcm", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate);
    this.listens = true;
    this.clear();
    this.port.onmessage = ({ data }) => {
      this.listens = data;
      if (!data) this.hand(true);
    };
  }

  clear() {
    this.block = new Int16Array(800);
    this.count = this.peak = this.power = 0;
  }

  hand(last) {
    const { block, count, peak, power } = this;
    this.port.postMessage({ pcm: block.slice(0, count), peak, power: power / (count || 1), last });
    this.clear();
  }

  process([[samples]]) {
    if (samples && this.listens) this.resampler.push(samples, (sample) => {
      this.block[this.count++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      this.peak = Math.max(this.peak, Math.abs(sample));
      this.power += sample * sample;
      if (this.count === 800) this.hand(false);
    });
    return true;
  }
});
