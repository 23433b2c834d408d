// Steps with vpdpwssd: two products of 16 bits are added to 32 bits at once. Bytes of b are widened on loading.
typedef integers vector;

#ifdef CK_HALF_WIDE
CK_INLINE vector load(const char *b) { return integers_widened(b); }
#else
CK_INLINE vector load(const char *b) { return integers_from(b); }
#endif
CK_INLINE vector broadcast(const char *a) { return integers_repeated(a); }

CK_INLINE vector first_sum(const char *panel, size_t lane) {
  (void)panel, (void)lane;
  return zero_integers();
}

CK_INLINE vector add_products(vector sum, vector row, vector columns) { return add_s16(sum, row, columns); }
