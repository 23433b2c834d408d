#if defined(__x86_64__)
#include "variants.h"
#define CK_TARGET CK_AVXVNNI
#define CK_NAME(op) op##_avxvnni
#define CK_STRING "avxvnni"
#define CK_ACTIVATION uint8_t
#define CK_ACTIVATION_ZERO 128
#include "rows_template.h"
#endif
