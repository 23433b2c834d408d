// Steps with vpdpbusd: four products of an unsigned and a signed byte are added to 32 bits at once, and exactly.
// Activations are stored as value + 128, so every sum begins at -128 times the column's sum, which the panel holds.
typedef integers vector;

CK_INLINE vector load(const char *b) { return integers_from(b); }
CK_INLINE vector broadcast(const char *a) { return integers_repeated(a); }

CK_INLINE vector first_sum(const char *panel, size_t lane) {
  return minus_128_times(integers_from(panel - CK_PANEL * sizeof(int32_t) + lane * sizeof(int32_t)));
}

CK_INLINE vector add_products(vector sum, vector row, vector columns) { return add_u8s8(sum, row, columns); }
