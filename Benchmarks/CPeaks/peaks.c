// A dozen sums hide the latency of any of these instructions. Empty assembly makes their values unknown to the compiler,
// which could otherwise compute one sum, or one product, for all.
#include "CPeaks.h"

enum { SUMS = 12 };

typedef struct {
  const char *instruction;
  double operations;  // of one instruction
  void (*spin)(size_t rounds);
} loop;

#define HIDE_X(value) __asm__ volatile("" : "+x"(value))
#define HIDE_V(value) __asm__ volatile("" : "+v"(value))
#define HIDE_W(value) __asm__ volatile("" : "+w"(value))

#define SPIN(NAME, TARGET, SUM, FACTOR, HIDE, STEP)                     \
  TARGET static void NAME(size_t rounds) {                              \
    SUM sum[SUMS] = {0};                                                \
    FACTOR a = {0}, b = {0};                                            \
    HIDE(b);                                                            \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) HIDE(sum[i]); \
    for (size_t r = 0; r < rounds; r++) {                               \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) { \
        HIDE(a);                                                        \
        sum[i] = STEP;                                                  \
      }                                                                 \
    }                                                                   \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) HIDE(sum[i]); \
  }

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw")))
#define VNNI __attribute__((target("avx512f,avx512vnni")))
#define AVXVNNI __attribute__((target("avx2,avxvnni")))
#define BF16 __attribute__((target("avx512f,avx512bf16")))

SPIN(f32_avx2, AVX2, __m256, __m256, HIDE_X, _mm256_fmadd_ps(a, b, sum[i]))
SPIN(f32_avx512, AVX512, __m512, __m512, HIDE_V, _mm512_fmadd_ps(a, b, sum[i]))
SPIN(bf16_avx512, BF16, __m512, __m512bh, HIDE_V, _mm512_dpbf16_ps(sum[i], a, b))
SPIN(s8_avx512, VNNI, __m512i, __m512i, HIDE_V, _mm512_dpbusd_epi32(sum[i], a, b))
SPIN(s8_avxvnni, AVXVNNI, __m256i, __m256i, HIDE_X, _mm256_dpbusd_avx_epi32(sum[i], a, b))
SPIN(s16_avx512, VNNI, __m512i, __m512i, HIDE_V, _mm512_dpwssd_epi32(sum[i], a, b))
SPIN(s16_avxvnni, AVXVNNI, __m256i, __m256i, HIDE_X, _mm256_dpwssd_avx_epi32(sum[i], a, b))
SPIN(s16_avx2, AVX2, __m256i, __m256i, HIDE_X, _mm256_add_epi32(sum[i], _mm256_madd_epi16(a, b)))

static loop best(cp_arithmetic kind, bool avx2_only) {
  bool wide = !avx2_only, vnni = wide && __builtin_cpu_supports("avx512vnni");
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return (loop){0};
  switch (kind) {
    case CP_F32:
      if (wide && __builtin_cpu_supports("avx512f")) return (loop){"vfmadd zmm", 32, f32_avx512};
      return (loop){"vfmadd ymm", 16, f32_avx2};
    case CP_BF16:
      if (wide && __builtin_cpu_supports("avx512bf16")) return (loop){"vdpbf16ps zmm", 64, bf16_avx512};
      return (loop){0};
    case CP_S8:
      if (vnni) return (loop){"vpdpbusd zmm", 128, s8_avx512};
      if (wide && __builtin_cpu_supports("avxvnni")) return (loop){"vpdpbusd ymm", 64, s8_avxvnni};
      return (loop){"vpmaddwd + vpaddd ymm", 32, s16_avx2};
    case CP_S16:
      if (vnni) return (loop){"vpdpwssd zmm", 64, s16_avx512};
      if (wide && __builtin_cpu_supports("avxvnni")) return (loop){"vpdpwssd ymm", 32, s16_avxvnni};
      return (loop){"vpmaddwd + vpaddd ymm", 32, s16_avx2};
  }
  return (loop){0};
}

AVX2 static uint64_t read_avx2(const void *memory, size_t bytes) {
  const __m256i *at = memory;
  __m256i sum[8] = {{0}};
  for (size_t i = 0; i < bytes / 32; i += 8)
    for (size_t j = 0; j < 8; j++) sum[j] = _mm256_xor_si256(sum[j], _mm256_load_si256(at + i + j));
  for (size_t j = 1; j < 8; j++) sum[0] = _mm256_xor_si256(sum[0], sum[j]);
  return (uint64_t)_mm256_extract_epi64(sum[0], 0);
}
#elif defined(__aarch64__)
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
enum { HAS_DOTPROD = 1 << 20, HAS_I8MM = 1 << 13 };  // HWCAP_ASIMDDP, HWCAP2_I8MM
static bool has_dotprod(void) { return getauxval(AT_HWCAP) & HAS_DOTPROD; }
static bool has_i8mm(void) { return getauxval(AT_HWCAP2) & HAS_I8MM; }
#elif defined(__APPLE__)
#include <sys/sysctl.h>
static bool has_dotprod(void) { return true; }
static bool has_i8mm(void) {
  int32_t has = 0;
  size_t size = sizeof has;
  return !sysctlbyname("hw.optional.arm.FEAT_I8MM", &has, &size, 0, 0) && has;
}
#else
static bool has_dotprod(void) { return false; }
static bool has_i8mm(void) { return false; }
#endif

#define NEON
#define DOTPROD __attribute__((target("dotprod")))
#define I8MM __attribute__((target("i8mm")))
SPIN(f32_neon, NEON, float32x4_t, float32x4_t, HIDE_W, vfmaq_f32(sum[i], a, b))
SPIN(s8_neon, DOTPROD, int32x4_t, int8x16_t, HIDE_W, vdotq_s32(sum[i], a, b))
SPIN(s8_i8mm, I8MM, int32x4_t, int8x16_t, HIDE_W, vmmlaq_s32(sum[i], a, b))
SPIN(s16_neon, NEON, int32x4_t, int16x4_t, HIDE_W, vmlal_s16(sum[i], a, b))

static loop best(cp_arithmetic kind, bool avx2_only) {
  (void)avx2_only;
  switch (kind) {
    case CP_F32: return (loop){"fmla", 8, f32_neon};
    case CP_BF16: return (loop){0};
    case CP_S8:
      if (has_i8mm()) return (loop){"smmla", 64, s8_i8mm};
      return has_dotprod() ? (loop){"sdot", 32, s8_neon} : (loop){"smlal", 8, s16_neon};
    case CP_S16: return (loop){"smlal", 8, s16_neon};
  }
  return (loop){0};
}
#else
static loop best(cp_arithmetic kind, bool avx2_only) {
  (void)kind, (void)avx2_only;
  return (loop){0};
}
#endif

static uint64_t read_plain(const void *memory, size_t bytes) {
  const uint64_t *at = memory;
  uint64_t sum[8] = {0};
  for (size_t i = 0; i < bytes / 8; i += 8)
    for (size_t j = 0; j < 8; j++) sum[j] ^= at[i + j];
  for (size_t j = 1; j < 8; j++) sum[0] ^= sum[j];
  return sum[0];
}

const char *cp_instruction(cp_arithmetic kind, bool avx2_only) { return best(kind, avx2_only).instruction; }

double cp_spin(cp_arithmetic kind, bool avx2_only, size_t rounds) {
  loop found = best(kind, avx2_only);
  if (!found.spin) return 0;
  found.spin(rounds);
  return found.operations * SUMS * (double)rounds;
}

uint64_t cp_read(const void *memory, size_t bytes) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return read_avx2(memory, bytes);
#endif
  return read_plain(memory, bytes);
}
