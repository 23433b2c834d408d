// Stands in for libvosk, which the tests load by FIELDOS_VOSK_LIBRARY. It hears sound whose level says which word it is:
// half a second at 100 * N is the word wN. Four words are an utterance.
//   VOSK_STANDIN        what it does at the fault's place, see `misbehave` and `answer`; unset: nothing bad
//   VOSK_STANDIN_AT     samples that are heard before that; default 24000
//   VOSK_STANDIN_ONCE   a file: where it exists nothing bad is done any more, and the fault makes it
//   VOSK_STANDIN_LOG    a file: a line a call
// -DWITHOUT_WORDS leaves vosk_recognizer_set_words out.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HALF = 8000, WORDS = 4, MODEL = 0x4d, RECOGNISER = 0x52 };

typedef struct { int magic; } model_t;
typedef struct {
  int magic, words;
  int first;
  long heard, level, in_word, count, level_of[WORDS], from_of[WORDS], to_of[WORDS];
  char *text;
} recogniser_t;

static void note(const char *call) {
  const char *path = getenv("VOSK_STANDIN_LOG");
  if (!path) return;
  FILE *file = fopen(path, "a");
  if (file) { fprintf(file, "%s\n", call); fclose(file); }
}

static int is_wanted(const char *fault) {
  const char *wanted = getenv("VOSK_STANDIN"), *once = getenv("VOSK_STANDIN_ONCE");
  if (!wanted || strcmp(wanted, fault) || (once && !access(once, F_OK))) return 0;
  if (once) close(open(once, O_CREAT | O_WRONLY, 0600));
  return 1;
}

static void misbehave(recogniser_t *r) {
  if (is_wanted("abort")) abort();
  if (is_wanted("segv")) raise(SIGSEGV);
  if (is_wanted("exit")) _exit(0);
  if (is_wanted("hang")) for (;;) pause();
  if (!r->first && is_wanted("hang_w0")) for (;;) pause();  // over a speaker who begins with w0
}

static long fault_at(void) {
  const char *at = getenv("VOSK_STANDIN_AT");
  return at ? atol(at) : 24000;
}

// A freed or foreign pointer ends the process, as libvosk might.
static recogniser_t *checked(void *pointer) {
  recogniser_t *r = pointer;
  if (!r || r->magic != RECOGNISER) abort();
  return r;
}

static const char *keep(recogniser_t *r, char *text) {
  free(r->text);
  return r->text = text;
}

static char *repeated(const char *head, const char *part, long times, const char *tail) {
  char *text = malloc(strlen(head) + strlen(part) * times + strlen(tail) + 1), *end = stpcpy(text, head);
  while (times--) end = stpcpy(end, part);
  stpcpy(end, tail);
  return text;
}

// NULL where nothing bad is wanted; else what is said in place of an answer.
static const char *bad(recogniser_t *r, int *is_bad) {
  static const char *const texts[][2] = {
    {"garbage", "segmentation {fault"},
    {"empty", ""},
    {"list", "[]"},
    {"other", "{\"alternatives\":[{\"text\":\"evil\"}]}"},
    {"types", "{\"text\":\"evil\",\"partial\":7,\"result\":{\"word\":\"evil\"}}"},
    {"nan", "{\"text\":\"evil\",\"partial\":7,\"result\":[{\"word\":\"evil\",\"start\":nan,\"end\":1,\"conf\":1}]}"},
    {"future", "{\"text\":\"evil\",\"partial\":7,\"result\":[{\"word\":\"evil\",\"start\":0,\"end\":1e300,\"conf\":1}]}"},
    {"backward", "{\"text\":\"evil\",\"partial\":7,\"result\":[{\"word\":\"evil\",\"start\":-1,\"end\":0,\"conf\":1}]}"},
    {"sure", "{\"text\":\"evil\",\"partial\":7,\"result\":[{\"word\":\"evil\",\"start\":0,\"end\":1,\"conf\":9}]}"},
    {"timeless", "{\"text\":\"evil\",\"partial\":7}"},
    {"control", "{\"text\":\"evil\",\"partial\":\"evil\\u001b[2J\",\"result\":[{\"word\":\"evil\\n\",\"start\":0,\"end\":1,\"conf\":1}]}"},
    {"encoding", "{\"text\":\"\xff\xfe\",\"partial\":\"evil\xff\",\"result\":[{\"word\":\"evil\xc3\",\"start\":0,\"end\":1,\"conf\":1}]}"},
  };
  *is_bad = 1;
  if (is_wanted("null")) return NULL;
  if (is_wanted("huge")) return keep(r, repeated("{\"text\":\"\",\"partial\":\"", "evil ", 4000000, "\"}"));
  if (is_wanted("long")) return keep(r, repeated("{\"text\":\"\",\"partial\":\"", "evil ", 4000, "\"}"));
  if (is_wanted("deep")) return keep(r, repeated("{\"text\":\"\",\"partial\":", "[", 60000, ""));
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (is_wanted(texts[i][0])) return texts[i][1];
  *is_bad = 0;
  return NULL;
}

static const char *answer(recogniser_t *r, int is_result) {
  int is_bad = 0;
  if (r->heard >= fault_at()) {
    const char *text = bad(r, &is_bad);
    if (is_bad) return text;
  }
  char words[200] = "", parts[1000] = "", all[1400];
  for (long i = 0; i < r->count; i++) {
    sprintf(words + strlen(words), "%sw%ld", i ? " " : "", r->level_of[i]);
    sprintf(parts + strlen(parts), "%s{\"conf\":0.%ld,\"end\":%.2f,\"start\":%.2f,\"word\":\"w%ld\"}", i ? "," : "", i + 5,
            r->to_of[i] / 16000.0, r->from_of[i] / 16000.0, r->level_of[i]);
  }
  if (!is_result) sprintf(all, "{\"partial\":\"%s\"}", words);
  else if (r->count && r->words) sprintf(all, "{\"result\":[%s],\"text\":\"%s\"}", parts, words);
  else sprintf(all, "{\"text\":\"%s\"}", words);
  if (is_result) r->count = 0;
  return keep(r, strdup(all));
}

void vosk_set_log_level(int level) { (void)level; note("set_log_level"); }

void *vosk_model_new(const char *path) {
  note("model_new");
  if (is_wanted("model_abort")) abort();
  if (is_wanted("model_null") || access(path, F_OK)) return NULL;
  model_t *model = calloc(1, sizeof *model);
  model->magic = MODEL;
  return model;
}

void vosk_model_free(void *model) { note("model_free"); free(model); }

void *vosk_recognizer_new(void *model, float rate) {
  note("recognizer_new");
  if (((model_t *)model)->magic != MODEL || rate != 16000) abort();
  if (is_wanted("recogniser_null")) return NULL;
  recogniser_t *r = calloc(1, sizeof *r);
  r->magic = RECOGNISER;
  return r;
}

void vosk_recognizer_free(void *pointer) {
  recogniser_t *r = checked(pointer);
  note("recognizer_free");
  r->magic = 0;
  free(r->text);
  free(r);
}

#ifndef WITHOUT_WORDS
void vosk_recognizer_set_words(void *r, int on) { checked(r)->words = on; note("set_words"); }
#endif

// A word is half a second of one level, or less where it was begun in its middle.
static void end_word(recogniser_t *r, long at) {
  if (r->in_word && r->count < WORDS) {
    r->level_of[r->count] = r->level;
    r->from_of[r->count] = at - r->in_word;
    r->to_of[r->count++] = at;
  }
  r->in_word = 0;
}

int vosk_recognizer_accept_waveform_s(void *pointer, const short *data, int length) {
  recogniser_t *r = checked(pointer);
  note("accept_waveform_s");
  if (!r->heard) r->first = data[0];
  long at = r->heard;
  r->heard += length;
  if (r->heard >= fault_at()) {
    misbehave(r);
    if (is_wanted("refuse")) return -1;
  }
  for (int i = 0; i < length; i++) {
    const long level = (data[i] + 50) / 100;
    if (level != r->level) end_word(r, at + i);
    r->level = level;
    if (++r->in_word == HALF) end_word(r, at + i + 1);
  }
  return r->count == WORDS;
}

const char *vosk_recognizer_result(void *r) { note("result"); return answer(checked(r), 1); }
const char *vosk_recognizer_partial_result(void *r) { note("partial_result"); return answer(checked(r), 0); }
const char *vosk_recognizer_final_result(void *r) {
  note("final_result");
  if (is_wanted("hang_final")) for (;;) pause();
  return answer(checked(r), 1);
}
