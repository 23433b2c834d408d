int ck_stub(void);
