// What the checks share: the variants, buffers that end at a page that nobody may touch, and the counts.
#ifndef CHECK_H
#define CHECK_H
#include "variants.h"
#include <stdbool.h>

enum { MAX_VARIANTS = 8 };
extern const ck_kernels *variants[MAX_VARIANTS];  // scalar first
extern size_t variant_count;
extern bool quick;  // fewer shapes, for an emulated CPU

typedef struct {
  size_t m, n, k;
} shape;

// `bytes` that end where what is mapped ends; filled with 0xFF, which is NaN. Until `release_all`.
void *guarded(size_t bytes);
void release_all(void);

float uniform(void);  // -1...1
void fill(float *x, size_t count, float gain);
bool same(const void *x, const void *y, size_t bytes);

// One check: counted, and printed where it doesn't hold.
void expect(const char *what, const char *variant, bool holds, shape s);

void check_products(void);
void check_rows(void);
void check_mel(void);
void check_packing(void);
#endif
