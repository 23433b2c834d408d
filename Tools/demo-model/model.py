"""The network: Whisper's architecture, small. Shapes: B examples, T audio positions, N tokens, W width."""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import nn

WIDTH, HEADS, FEED_FORWARD = 256, 4, 1024
ENCODER_LAYERS, DECODER_LAYERS = 4, 3
AUDIO_POSITIONS, TEXT_POSITIONS = 1500, 224
FUSED_FROM = 1200  # queries; below, scores held in memory are faster on a CPU
CTC_SYMBOLS = 28  # blank, a to z, space
ALIGNMENT_HEADS = [(1, 0), (2, 0), (2, 1)]  # decoder layer and head: trained to look at the word that comes next


@dataclass(frozen=True)
class Vocabulary:
    """The tokenizer with the ids that training needs."""

    tokenizer: Tokenizer
    eot: int
    sot: int
    previous: int
    no_timestamps: int
    no_speech: int

    @classmethod
    def load(cls, path: str) -> "Vocabulary":
        """From a tokenizer.json."""
        tokenizer = Tokenizer.from_file(path)
        names = ("<|endoftext|>", "<|startoftranscript|>", "<|startofprev|>", "<|notimestamps|>", "<|nospeech|>")
        return cls(tokenizer, *(tokenizer.token_to_id(name) for name in names))

    @property
    def size(self) -> int:
        """Tokens, special ones and timestamps included."""
        return self.tokenizer.get_vocab_size()

    def timestamp(self, seconds: float) -> int:
        """The id of a time, to 0.02 s."""
        return self.no_timestamps + 1 + min(1500, max(0, round(seconds / 0.02)))


class Attention(nn.Module):
    """Multi-head attention; keys have no bias, as in Whisper."""

    def __init__(self):
        super().__init__()
        self.q, self.o, self.v = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.k = nn.Linear(WIDTH, WIDTH, bias=False)
        self.kept_heads: list[int] = []
        self.kept = None  # attention of those heads in the last call [B, heads, N, T]

    def forward(self, x, source=None, causal=False, key_bias=None):
        """x [B, N, W] attends to `source` [B, T, W] (default: x); key_bias [T] is added to every query's scores."""
        batch, length, _ = x.shape
        source = x if source is None else source

        def split(values):
            return values.view(batch, -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        q, k, v = split(self.q(x)), split(self.k(source)), split(self.v(source))
        if length >= FUSED_FROM and key_bias is None and not causal:
            mixed = F.scaled_dot_product_attention(q, k, v)
        else:
            scores = (q * (WIDTH // HEADS) ** -0.5) @ k.transpose(-1, -2)
            if key_bias is not None:
                scores = scores + key_bias.to(scores.dtype)
            if causal:
                scores = scores + torch.full((length, length), -1e4, dtype=scores.dtype).triu(1)
            shares = scores.softmax(-1)
            self.kept = shares[:, self.kept_heads] if self.kept_heads else None
            mixed = shares.to(v.dtype) @ v
        return self.o(mixed.transpose(1, 2).reshape(batch, length, WIDTH))


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each after a layer norm."""

    def __init__(self):
        super().__init__()
        self.a = Attention()
        self.n1, self.n2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.f1, self.f2 = nn.Linear(WIDTH, FEED_FORWARD), nn.Linear(FEED_FORWARD, WIDTH)

    def forward(self, x, key_bias=None):
        """[B, T, W] to [B, T, W]."""
        x = x + self.a(self.n1(x), key_bias=key_bias)
        return x + self.f2(F.gelu(self.f1(self.n2(x))))


class DecoderLayer(nn.Module):
    """Causal self-attention, attention to the audio, feed-forward."""

    def __init__(self):
        super().__init__()
        self.a, self.c = Attention(), Attention()
        self.n1, self.n2, self.n3 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.f1, self.f2 = nn.Linear(WIDTH, FEED_FORWARD), nn.Linear(FEED_FORWARD, WIDTH)

    def forward(self, x, audio, key_bias=None):
        """[B, N, W] with audio [B, T, W] to [B, N, W]."""
        x = x + self.a(self.n1(x), causal=True)
        x = x + self.c(self.n2(x), audio, key_bias=key_bias)
        return x + self.f2(F.gelu(self.f1(self.n3(x))))


def sinusoids(length: int, width: int) -> torch.Tensor:
    """Whisper's fixed position encodings [length, width]: sines, then cosines."""
    step = math.log(10_000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Model(nn.Module):
    """Encoder, decoder and, for training only, a CTC head on the encoder."""

    def __init__(self, vocabulary_size: int):
        super().__init__()
        self.c1 = nn.Conv1d(80, WIDTH, 3, padding=1)
        self.c2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.register_buffer("ep", sinusoids(AUDIO_POSITIONS, WIDTH))
        self.enc = nn.ModuleList(EncoderLayer() for _ in range(ENCODER_LAYERS))
        self.en = nn.LayerNorm(WIDTH)
        self.emb = nn.Embedding(vocabulary_size, WIDTH)
        self.dp = nn.Parameter(torch.randn(TEXT_POSITIONS, WIDTH) * 0.01)
        self.dec = nn.ModuleList(DecoderLayer() for _ in range(DECODER_LAYERS))
        self.dn = nn.LayerNorm(WIDTH)
        self.ctc = nn.Linear(WIDTH, CTC_SYMBOLS)
        nn.init.normal_(self.emb.weight, std=0.02)
        for layer, head in ALIGNMENT_HEADS:
            self.dec[layer].c.kept_heads.append(head)

    def encode(self, mel, stand_ins=0):
        """Log-mel [B, 80, 2T] to ([B, T, W], key bias).

        A short window is cheap to train on, but at run time windows are 1,500 positions, mostly padding. With
        `stand_ins` S > 0, S positions drawn from the missing padding follow the T real ones; their keys carry the log
        of how many positions each stands for, so attention weighs them like the full padding. Else the bias is None.
        """
        x = F.gelu(self.c2(F.gelu(self.c1(mel)))).transpose(1, 2)
        length, bias = x.shape[1], None
        missing = AUDIO_POSITIONS - length
        padding = x[:, -2:-1]  # the last position but one: the last one's convolution saw the edge
        x = x + self.ep[:length]
        if stand_ins and missing > stand_ins:
            places = (torch.randperm(missing)[:stand_ins] + length).sort().values
            x = torch.cat([x, padding.expand(-1, stand_ins, -1) + self.ep[places]], 1)
            bias = torch.cat([torch.zeros(length), torch.full((stand_ins,), math.log(missing / stand_ins))])
        for layer in self.enc:
            x = layer(x, bias)
        return self.en(x), bias

    def decode(self, tokens, audio, key_bias=None):
        """Tokens [B, N] and audio [B, T, W] to logits [B, N, vocabulary]."""
        x = self.emb(tokens) + self.dp[: tokens.shape[1]]
        for layer in self.dec:
            x = layer(x, audio, key_bias)
        return self.dn(x) @ self.emb.weight.T

    def alignment(self) -> torch.Tensor:
        """The last decoding's attention of the alignment heads, [B, heads, N, T]."""
        return torch.cat([layer.c.kept for layer in self.dec if layer.c.kept is not None], 1)
