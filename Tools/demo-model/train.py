#!/usr/bin/env python3
"""Trains the model through one stage (stages.py); a run that was cut off goes on where its last checkpoint was, if started
again with the same arguments."""
import argparse
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from examples import IGNORED, Batch, Corpus, batches
from model import Model, Vocabulary
from stages import STAGES, Stage

LOG_EVERY = 50
CHECKPOINT_EVERY = 600  # seconds
STAND_INS = 96  # positions that stand for the padding of a whole window
AVERAGE = 0.998  # of weights over steps: what is exported


def learning_rate(peak: float, step: int, warmup: int, progress: float) -> float:
    """Linear warm-up, then a cosine down to 2 % of the peak at the end of the stage."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(1, progress)))
    return peak * min(1, (step + 1) / warmup) * (0.98 * cosine + 0.02)


def ctc_loss(model: Model, audio: torch.Tensor, batch: Batch) -> torch.Tensor | float:
    """CTC on the encoder's real positions, over the examples whose text fits."""
    fits = [b for b, s in enumerate(batch.symbols) if s and len(s) * 1.3 < int(batch.positions[b])]
    if not fits:
        return 0.0
    real = audio[:, : batch.mel.shape[2] // 2].float()[fits]
    log_probs = F.log_softmax(model.ctc(real), -1).transpose(0, 1)
    symbols = torch.tensor([symbol for b in fits for symbol in batch.symbols[b]])
    lengths = torch.tensor([len(batch.symbols[b]) for b in fits])
    return F.ctc_loss(log_probs, symbols, batch.positions[fits], lengths, blank=0, zero_infinity=True)


def alignment_loss(attention: torch.Tensor, spans: torch.Tensor) -> torch.Tensor | float:
    """How little of the alignment heads' attention [B, heads, N, T] lies where each token is heard (spans [B, N, 2])."""
    known = spans[:, :, 0] >= 0
    if not known.any():
        return 0.0
    sums = F.pad(attention.float().cumsum(-1), (1, 0))
    edges = spans.clamp(min=0)[:, None].expand(-1, sums.shape[1], -1, -1)
    ends = sums.gather(3, edges)
    inside = (ends[..., 1] - ends[..., 0]).clamp(min=0)
    return -(inside + 1e-3).log().transpose(1, 2)[known].mean()


def loss_of(model: Model, stage: Stage, batch: Batch, rng: random.Random, progress: float) -> tuple:
    """The loss, and its three parts for the log."""
    stand_ins = STAND_INS if rng.random() < stage.stand_ins_share else 0
    with torch.autocast("cpu", torch.bfloat16):
        audio, bias = model.encode(batch.mel, stand_ins)
        logits = model.decode(batch.inputs, audio, bias)
    entropy = F.cross_entropy(
        logits.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED, label_smoothing=0.05
    )
    weight = stage.ctc_weight * max(0, 1 - 1.15 * progress)
    ctc = ctc_loss(model, audio, batch) if weight > 0 else 0.0
    aligned = alignment_loss(model.alignment(), batch.spans)
    loss = entropy + weight * ctc + stage.alignment_weight * aligned
    return loss, *(float(torch.as_tensor(part).detach()) for part in (entropy, ctc, aligned))


class Run:
    """A stage under way: the model, its average, the optimiser and the dice."""

    def __init__(self, model: Model, stage: Stage, options: argparse.Namespace):
        self.model, self.stage, self.options, self.step = model, stage, options, 0
        self.average = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self.optimiser = torch.optim.AdamW(model.parameters(), lr=stage.rate, betas=(0.9, 0.98), weight_decay=0.01)
        self.rng, self.steps = random.Random(options.seed), options.steps or stage.steps
        if Path(self.unfinished).is_file():
            self.load()
        self.saved = time.monotonic()

    @property
    def unfinished(self) -> str:
        """The checkpoint of a run that isn't over."""
        return self.options.out + ".unfinished"

    def load(self) -> None:
        """Goes on from the last checkpoint."""
        state = torch.load(self.unfinished, weights_only=False)
        self.model.load_state_dict(state["weights"])
        self.average, self.step = state["average"], state["step"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.rng.setstate(state["rng"])
        np.random.set_state(state["numpy"])
        torch.set_rng_state(state["torch"])
        print(f"going on after step {self.step}", flush=True)

    def save(self) -> None:
        """Writes the checkpoint that a run goes on from, whole or not at all."""
        state = {
            "weights": self.model.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict(),
            "step": self.step, "rng": self.rng.getstate(), "numpy": np.random.get_state(), "torch": torch.get_rng_state(),
        }  # fmt: skip
        torch.save(state, self.unfinished + ".new")
        Path(self.unfinished + ".new").replace(self.unfinished)
        self.saved = time.monotonic()

    def train(self, corpus: Corpus) -> None:
        """The loop."""
        queue, began = [], time.monotonic()
        while self.step < self.steps:
            progress = self.step / self.steps
            rate = learning_rate(self.stage.rate, self.step, self.stage.warmup_steps, progress)
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            queue = queue or batches(corpus, self.stage, self.rng)
            loss, *parts = loss_of(self.model, self.stage, queue.pop(), self.rng, progress)
            self.optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimiser.step()
            self.step += 1
            self.follow()
            if self.step % LOG_EVERY == 0 or self.step == self.steps:
                names = ("cross-entropy", "ctc", "alignment")
                losses = ", ".join(f"{name} {part:.3f}" for name, part in zip(names, parts))
                print(f"{progress:4.0%} step {self.step}: {losses}, learning rate {rate:.2e}, "
                      f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
            if time.monotonic() - self.saved > CHECKPOINT_EVERY:
                self.save()
        torch.save({"m": self.average}, self.options.out)
        Path(self.unfinished).unlink(missing_ok=True)

    @torch.no_grad()
    def follow(self) -> None:
        """Moves the average towards the weights, faster in the beginning."""
        keep = min(AVERAGE, self.step / (self.step + 10))
        for name, value in self.model.state_dict().items():
            self.average[name].lerp_(value, 1 - keep)


def begin(model: Model, path: str) -> None:
    """Takes over the weights of an earlier stage; what it lacks stays as initialised."""
    weights = torch.load(path, weights_only=True)["m"]
    lacking, unknown = model.load_state_dict(weights, strict=False)
    if unknown or any(not name.startswith("ctc") for name in lacking):
        raise SystemExit(f"{path} is not a checkpoint of this model: lacking {lacking}, unknown {unknown}")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("out", help="checkpoint to write, e.g. work/words.pt")
    parser.add_argument("--begin", metavar="CHECKPOINT", help="weights to begin with")
    parser.add_argument("--work", default="work", help="folder with tokenizer.json and train.* (default work)")
    parser.add_argument("--steps", type=int, help="train this many steps instead of the stage's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    """Entry point."""
    options = arguments()
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    torch.set_num_threads(options.threads)
    vocabulary = Vocabulary.load(f"{options.work}/tokenizer.json")
    model = Model(vocabulary.size)
    if options.begin:
        begin(model, options.begin)
    print(f"{options.stage}: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters", flush=True)
    Run(model, STAGES[options.stage], options).train(Corpus(f"{options.work}/train", vocabulary))


if __name__ == "__main__":
    main()
