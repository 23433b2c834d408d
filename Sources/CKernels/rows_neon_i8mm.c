#if defined(__aarch64__)
#include "variants.h"
#define CK_TARGET CK_NEON_I8MM
#define CK_NAME(op) op##_neon_i8mm
#define CK_STRING "neon-i8mm"
#define CK_ACTIVATION int8_t
#define CK_ACTIVATION_ZERO 0
#include "rows_template.h"
#endif
