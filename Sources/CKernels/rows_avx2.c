#if defined(__x86_64__)
#define CK_TARGET __attribute__((target("avx2,fma")))
#define CK_NAME(op) op##_avx2
#define CK_STRING "avx2"
#define CK_ACTIVATION int16_t
#define CK_ACTIVATION_ZERO 0
#include "rows_template.h"
#endif
