// The power spectrum of real frames of 400 samples, CK_MEL_LANES frames at a time, one in each lane: no step moves a value
// from lane to lane. A part of mel_template.h.
//
// 16 and 25 have no common factor, so that the transform falls into one of 16 by 25 values without factors between (Good
// 1958, Thomas 1963): sample (25 a + 16 b) % 400 stands at [b][a], and bin k at [k % 25][k % 16]. Rows are real; of their 16
// bins 0 and 8 are real too and take the first complex place together, 1...7 take the others, and the rest mirror them.
//
// Double precision: quiet bands lie 80 dB below loud ones in the same frame, and the logarithm shows what single would lose.
typedef double doubles __attribute__((vector_size(8 * CK_MEL_LANES)));
typedef struct {
  doubles re, im;
} complexes;

enum { FRAME = CK_MEL_FRAME, ROWS = 25, COLUMNS = 16, HALF = COLUMNS / 2 };

#define CK_FOUR(of, i) of(i), of((i) + 1), of((i) + 2), of((i) + 3)
#define CK_TWENTY(of, i)                                                                                             \
  CK_FOUR(of, i), CK_FOUR(of, (i) + 4), CK_FOUR(of, (i) + 8), CK_FOUR(of, (i) + 12), CK_FOUR(of, (i) + 16)
#define CK_HUNDRED(of, i)                                                                                            \
  CK_TWENTY(of, i), CK_TWENTY(of, (i) + 20), CK_TWENTY(of, (i) + 40), CK_TWENTY(of, (i) + 60), CK_TWENTY(of, (i) + 80)

// Where a sample stands.
#define CK_PLACE(i) ((i) * 11 % ROWS * COLUMNS + (i) * 9 % COLUMNS)
static const uint16_t places[FRAME] = {CK_HUNDRED(CK_PLACE, 0), CK_HUNDRED(CK_PLACE, 100), CK_HUNDRED(CK_PLACE, 200),
                                       CK_HUNDRED(CK_PLACE, 300)};

// The bin of column i / 25 and row i % 25, or the one that mirrors it.
#define CK_WHOLE_BIN(i) (((i) / ROWS * 225 + (i) % ROWS * 176) % FRAME)
#define CK_BIN(i) (CK_WHOLE_BIN(i) <= FRAME / 2 ? CK_WHOLE_BIN(i) : FRAME - CK_WHOLE_BIN(i))
static const uint16_t bins[(HALF + 1) * ROWS] = {CK_HUNDRED(CK_BIN, 0), CK_HUNDRED(CK_BIN, 100),
                                                 CK_TWENTY(CK_BIN, 200), CK_FOUR(CK_BIN, 220), CK_BIN(224)};

// exp(-2 pi i j / 25), as far as 4 * 4.
static const double turns[17][2] = {
    {1, -0}, {0.96858316112863108, -0.24868988716485479}, {0.87630668004386358, -0.48175367410171532},
    {0.72896862742141155, -0.68454710592868862}, {0.53582679497899655, -0.84432792550201508},
    {0.30901699437494745, -0.95105651629515353}, {0.062790519529313527, -0.99802672842827156},
    {-0.1873813145857246, -0.98228725072868872}, {-0.42577929156507272, -0.90482705246601947},
    {-0.63742398974868975, -0.77051324277578925}, {-0.80901699437494734, -0.58778525229247325},
    {-0.92977648588825135, -0.36812455268467814}, {-0.99211470131447776, -0.12533323356430454},
    {-0.99211470131447788, 0.12533323356430429}, {-0.92977648588825146, 0.36812455268467792},
    {-0.80901699437494778, 0.58778525229247269}, {-0.63742398974868952, 0.77051324277578936}};

// The five-point transform, in place.
CK_INLINE CK_TARGET void five(complexes x[5]) {
  const double c1 = 0.30901699437494745, c2 = -0.80901699437494745, s1 = 0.95105651629515353, s2 = 0.58778525229247314;
  complexes p = {x[1].re + x[4].re, x[1].im + x[4].im}, q = {x[2].re + x[3].re, x[2].im + x[3].im};
  complexes u = {x[1].re - x[4].re, x[1].im - x[4].im}, v = {x[2].re - x[3].re, x[2].im - x[3].im};
  complexes a = {x[0].re + c1 * p.re + c2 * q.re, x[0].im + c1 * p.im + c2 * q.im};
  complexes b = {x[0].re + c2 * p.re + c1 * q.re, x[0].im + c2 * p.im + c1 * q.im};
  complexes c = {s1 * u.re + s2 * v.re, s1 * u.im + s2 * v.im}, d = {s2 * u.re - s1 * v.re, s2 * u.im - s1 * v.im};
  x[0] = (complexes){x[0].re + p.re + q.re, x[0].im + p.im + q.im};
  x[1] = (complexes){a.re + c.im, a.im - c.re};
  x[4] = (complexes){a.re - c.im, a.im + c.re};
  x[2] = (complexes){b.re + d.im, b.im - d.re};
  x[3] = (complexes){b.re - d.im, b.im + d.re};
}

// Bins 0...4 of eight real values, every other one of x; 0 and 4 are real.
CK_INLINE CK_TARGET void eight_real(const doubles *x, complexes y[5]) {
  const double half = 0.70710678118654757;
  doubles a0 = x[0] + x[8], a1 = x[2] + x[10], a2 = x[4] + x[12], a3 = x[6] + x[14];
  doubles b0 = x[0] - x[8], b1 = x[2] - x[10], b2 = x[4] - x[12], b3 = x[6] - x[14];
  doubles sum = half * (b1 + b3), difference = half * (b1 - b3);
  y[0].re = (a0 + a2) + (a1 + a3);
  y[4].re = (a0 + a2) - (a1 + a3);
  y[2] = (complexes){a0 - a2, a3 - a1};
  y[1] = (complexes){b0 + difference, -b2 - sum};
  y[3] = (complexes){b0 - difference, b2 - sum};
}

// Sixteen real values become bins 0 and 8, then 1...7.
CK_TARGET static void sixteen_real(doubles *x) {
  static const double roots[4][2] = {{1, 0},
                                     {0.92387953251128674, 0.38268343236508978},
                                     {0.70710678118654757, 0.70710678118654757},
                                     {0.38268343236508978, 0.92387953251128674}};
  complexes even[5], odd[5];
  eight_real(x, even);
  eight_real(x + 1, odd);
  x[0] = even[0].re + odd[0].re;
  x[1] = even[0].re - odd[0].re;
  x[8] = even[4].re;
  x[9] = -odd[4].re;
#pragma clang loop unroll(full)
  for (size_t k = 1; k < 4; k++) {
    doubles re = odd[k].re * roots[k][0] + odd[k].im * roots[k][1];
    doubles im = odd[k].im * roots[k][0] - odd[k].re * roots[k][1];
    x[2 * k] = even[k].re + re;
    x[2 * k + 1] = even[k].im + im;
    x[COLUMNS - 2 * k] = even[k].re - re;
    x[COLUMNS - 2 * k + 1] = im - even[k].im;
  }
}

// The first half of a column's transform: five of five rows, turned. y[c] waits for the second.
CK_INLINE CK_TARGET void five_by_five(const doubles *column, complexes y[5][5]) {
#pragma clang loop unroll(full)
  for (size_t b = 0; b < 5; b++) {
    complexes x[5];
#pragma clang loop unroll(full)
    for (size_t a = 0; a < 5; a++)
      x[a] = (complexes){column[(5 * a + b) * COLUMNS], column[(5 * a + b) * COLUMNS + 1]};
    five(x);
    y[0][b] = x[0];
#pragma clang loop unroll(full)
    for (size_t c = 1; c < 5; c++) {
      const double *turn = turns[b * c];
      y[c][b].re = b ? x[c].re * turn[0] - x[c].im * turn[1] : x[c].re;
      y[c][b].im = b ? x[c].re * turn[1] + x[c].im * turn[0] : x[c].im;
    }
  }
}

CK_INLINE CK_TARGET void square(doubles *power, const complexes *x) { *power = x->re * x->re + x->im * x->im; }

// Columns 0 and 8, which were transformed as real and imaginary part of one.
CK_TARGET static void part_power(complexes y[5][5], doubles *power) {
  for (size_t c = 0; c < 5; c++) five(y[c]);
  for (size_t row = 0; row <= ROWS / 2; row++) {
    size_t mirrored = (ROWS - row) % ROWS;
    const complexes *x = &y[row % 5][row / 5], *z = &y[mirrored % 5][mirrored / 5];
    complexes first = {0.5 * (x->re + z->re), 0.5 * (x->im - z->im)};
    complexes eighth = {0.5 * (x->im + z->im), 0.5 * (z->re - x->re)};
    square(power + bins[row], &first);
    square(power + bins[HALF * ROWS + row], &eighth);
  }
}

// |X[k]|^2, k = 0...200, of what lies at its places in `frame`, which is overwritten.
CK_TARGET static void power_spectrum(doubles frame[FRAME], doubles power[CK_MEL_BINS]) {
  complexes y[5][5];
  for (size_t row = 0; row < ROWS; row++) sixteen_real(frame + row * COLUMNS);
  five_by_five(frame, y);
  part_power(y, power);
  for (size_t k = 1; k < HALF; k++) {
    const uint16_t *bin = bins + k * ROWS;
    five_by_five(frame + 2 * k, y);
#pragma clang loop unroll(full)
    for (size_t c = 0; c < 5; c++) {
      five(y[c]);
      for (size_t d = 0; d < 5; d++) square(power + bin[c + 5 * d], &y[c][d]);
    }
  }
}
