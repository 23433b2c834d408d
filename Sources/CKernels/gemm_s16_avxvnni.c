// gemm_s16_6x16_avxvnni.
#if defined(__x86_64__)
#define CK_STREAM
#include "vectors_avxvnni.h"
#define CK_NAME(op) op##_avxvnni
#include "vnni_s16.h"
#include "gemm_s16_template.h"
#endif
