#define CK_TARGET
#define CK_NAME(op) op##_scalar
#define CK_STRING "scalar"
#include "rows_template.h"
