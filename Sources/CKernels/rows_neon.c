#if defined(__aarch64__)
#include "variants.h"
#define CK_TARGET CK_NEON
#define CK_NAME(op) op##_neon
#define CK_STRING "neon"
#define CK_ACTIVATION int8_t
#define CK_ACTIVATION_ZERO 0
#include "rows_template.h"
#endif
