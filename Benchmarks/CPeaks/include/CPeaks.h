/// What this machine can do at most: loops that touch nothing but registers, and a loop that does nothing but read.
#ifndef CPEAKS_H
#define CPEAKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// float32 multiply-add; brain-float dot product; products of 8-bit and of 16-bit integers with exact 32-bit sums.
typedef enum { CP_F32, CP_BF16, CP_S8, CP_S16 } cp_arithmetic;

/// The instruction that `cp_spin` measures: the fastest that this CPU has, or null where it has none. The saturating byte
/// product of plain AVX2 is none: exact sums there go through 16 bits.
const char *cp_instruction(cp_arithmetic kind, bool avx2_only);

/// Does that instruction `rounds` times on each of a dozen independent sums.
/// Returns the number of operations, a multiplication and an addition being two.
double cp_spin(cp_arithmetic kind, bool avx2_only, size_t rounds);

/// Reads `bytes` (a multiple of 256, aligned to 64) once; the value keeps the compiler from leaving it out.
uint64_t cp_read(const void *memory, size_t bytes);

#endif
