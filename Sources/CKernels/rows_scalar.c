#define CK_TARGET
#define CK_NAME(op) op##_scalar
#define CK_STRING "scalar"
#define CK_ACTIVATION int8_t
#define CK_ACTIVATION_ZERO 0
#include "rows_template.h"
