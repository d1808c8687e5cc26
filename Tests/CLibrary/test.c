/* libbodylint as a C program meets it: Tests/CLibrary/run.sh compiles this with all warnings as errors, and runs it alone, with
 * the address sanitizer, and under valgrind. Its argument is a folder with a rule of one's own. */
#include <bodylint.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

static int failures = 0;

#define EXPECT(condition)                                                    \
  do {                                                                       \
    if (!(condition)) {                                                      \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      failures++;                                                            \
    }                                                                        \
  } while (0)

static int is(const char *text, const char *other) { return text != NULL && strcmp(text, other) == 0; }

static int has(const char *text, const char *part) { return text != NULL && strstr(text, part) != NULL; }

static const char image[] =
    "{\"location\": \"westus\", \"name\": \"x\",\n"
    " \"properties\": {\"hyperVGeneration\": \"V2\", \"storageProfile\": {\n"
    "  \"osDisk\": {\"osType\": \"Linux\", \"osState\": \"Generalized\", \"blobUri\": \"https://acme.blob.core.windows.net/v/o.vhd\"},\n"
    "  \"dataDisks\": [\n"
    "   {\"lun\": 1, \"blobUri\": \"https://acme.blob.core.windows.net/v/l.vhd\"},\n"
    "   {\"lun\": 1, \"blobUri\": \"https://acme.blob.core.windows.net/v/d.vhd\"}]}}}\n";

static const char clean[] =
    "{\"location\": \"westus\", \"properties\": {\"sourceVirtualMachine\": {\"id\": \"/subscriptions/"
    "8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/images/providers/Microsoft.Compute/virtualMachines/web\"}}}";

static bodylint_linter *bundled(void) {
  char *error = NULL;
  bodylint_linter *linter = bodylint_linter_create(NULL, &error);
  EXPECT(linter != NULL && error == NULL);
  return linter;
}

static bodylint_request *request(const bodylint_linter *linter, const char *operation) {
  bodylint_request_options options = {.size = sizeof options, .operation = operation};
  char *error = NULL;
  bodylint_request *made = bodylint_request_create(linter, &options, &error);
  EXPECT(made != NULL && error == NULL);
  return made;
}

/* A request that cannot be made; what is said of it. The caller frees it. */
static char *refusal(const bodylint_linter *linter, const bodylint_request_options *options) {
  char *error = NULL;
  EXPECT(bodylint_request_create(linter, options, &error) == NULL);
  EXPECT(error != NULL);
  /* Whoever does not want the reason need not take it. */
  EXPECT(bodylint_request_create(linter, options, NULL) == NULL);
  return error;
}

static void test_versions(void) {
  EXPECT(bodylint_abi_version() == BODYLINT_ABI_VERSION);
  EXPECT(has(bodylint_version(), "."));
}

static void test_findings(void) {
  bodylint_linter *linter = bundled();
  bodylint_request *images = request(linter, "Images_CreateOrUpdate");
  /* A request keeps its linter. */
  bodylint_linter_free(linter);
  bodylint_report *report = NULL;
  EXPECT(bodylint_check(images, image, strlen(image), &report) == BODYLINT_FINDINGS);
  bodylint_request_free(images);
  EXPECT(bodylint_report_count(report) == 2);
  EXPECT(is(bodylint_report_operation(report), "Images_CreateOrUpdate"));

  const bodylint_finding *first = bodylint_report_finding(report, 0);
  EXPECT(is(first->rule, "read-only-property"));
  EXPECT(first->severity == BODYLINT_WARNING);
  EXPECT(is(first->pointer, "/name"));
  EXPECT(is(first->property, "name"));
  EXPECT(first->place.line == 1 && first->place.column == 24 && first->place.offset == 23 && first->place.length == 6);
  EXPECT(first->fix != NULL && first->fix_is_safe == 1 && first->edit_count == 1);
  EXPECT(first->edits[0].length > 0 && is(first->edits[0].text, ""));
  EXPECT(first->parameter == NULL && first->body_pointer == NULL && first->world_count == 0);

  const bodylint_finding *second = bodylint_report_finding(report, 1);
  EXPECT(is(second->rule, "duplicate-lun"));
  EXPECT(second->severity == BODYLINT_ERROR);
  EXPECT(is(second->pointer, "/properties/storageProfile/dataDisks/1/lun"));
  EXPECT(is(second->message, "lun 1 is already used by /properties/storageProfile/dataDisks/0/lun"));
  EXPECT(second->place.line == 6 && second->place.end_line == 6);
  EXPECT(second->place.end_column == second->place.column + 1);
  EXPECT(second->related_count == 1 && second->related[0].place.line == 5);
  EXPECT(is(second->related[0].pointer, "/properties/storageProfile/dataDisks/0/lun"));
  EXPECT(has(second->quote, "must be unique") && has(second->url, "https://"));
  EXPECT(has(second->advice, "Give each data disk"));
  EXPECT(second->fix == NULL && second->edit_count == 0);
  EXPECT(bodylint_report_finding(report, 2) == NULL);
  EXPECT(bodylint_report_finding(report, SIZE_MAX) == NULL);
  bodylint_report_free(report);
}

static void test_json(void) {
  bodylint_linter *linter = bundled();
  bodylint_request *images = request(linter, "Images_CreateOrUpdate");
  char *json = NULL;
  EXPECT(bodylint_check_json(images, image, strlen(image), &json) == BODYLINT_FINDINGS);
  EXPECT(has(json, "[{\"rule\":\"read-only-property\""));
  EXPECT(!has(json, "\"file\""));
  bodylint_string_free(json);
  EXPECT(bodylint_check_json(images, image, strlen(image), NULL) == BODYLINT_FINDINGS);
  EXPECT(bodylint_check_json(images, clean, strlen(clean), &json) == BODYLINT_CLEAN);
  EXPECT(json == NULL);
  bodylint_request_free(images);
  bodylint_linter_free(linter);
}

static void test_recognition(void) {
  bodylint_linter *linter = bundled();
  bodylint_request *any = bodylint_request_create(linter, NULL, NULL);
  bodylint_report *report = NULL;
  EXPECT(bodylint_check(any, clean, strlen(clean), &report) == BODYLINT_CLEAN);
  EXPECT(bodylint_report_count(report) == 0 && bodylint_report_finding(report, 0) == NULL);
  EXPECT(is(bodylint_report_operation(report), "Images_CreateOrUpdate"));
  bodylint_report_free(report);
  EXPECT(bodylint_check(any, "{\"a\": 1}", 8, &report) == BODYLINT_UNRECOGNIZED);
  EXPECT(bodylint_report_operation(report) == NULL);
  bodylint_report_free(report);
  EXPECT(bodylint_check(any, "{\"a\": ", 6, &report) == BODYLINT_FINDINGS);
  EXPECT(is(bodylint_report_finding(report, 0)->rule, "malformed-json"));
  bodylint_report_free(report);
  bodylint_request_free(any);
  bodylint_linter_free(linter);
}

static void test_request(void) {
  bodylint_linter *linter = bundled();
  const char *facts[] = {"os", "Windows"};
  bodylint_request_options options = {
      .size = sizeof options,
      .operation = "VirtualMachines_Reimage",
      .api_version = "2024-03-01",
      .method = "PUT",
      .url = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/web/providers/Microsoft.Compute/"
             "virtualMachines/build-agent-eastus-07/reimage",
      .now = "2026-11-21",
      .facts = facts,
      .fact_count = 1};
  bodylint_request *reimage = bodylint_request_create(linter, &options, NULL);
  bodylint_report *report = NULL;
  EXPECT(bodylint_check(reimage, "{\"tempDisk\": true}", 18, &report) == BODYLINT_FINDINGS);
  EXPECT(bodylint_report_count(report) == 2);
  for (size_t index = 0; index < bodylint_report_count(report); index++) {
    const bodylint_finding *finding = bodylint_report_finding(report, index);
    EXPECT(finding->parameter != NULL && finding->pointer == NULL && finding->place.line == 0);
    EXPECT(is(finding->api_version, "2024-03-01"));
    EXPECT(is(finding->rule, index == 0 ? "malformed-vm-name" : "request-line-mismatch"));
  }
  bodylint_report_free(report);
  bodylint_request_free(reimage);

  bodylint_request_options answer = {.size = sizeof answer, .operation = "Image", .flags = BODYLINT_RESPONSE};
  bodylint_request *response = bodylint_request_create(linter, &answer, NULL);
  EXPECT(response != NULL);
  bodylint_request_free(response);

  static const char comment[] = "// an image\n{\"location\": \"westus\", \"properties\": {\"sourceVirtualMachine\": {\"id\": "
                                "\"/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/i/providers/"
                                "Microsoft.Compute/virtualMachines/web\"},},}";
  bodylint_request_options jsonc = {.size = sizeof jsonc, .flags = BODYLINT_COMMENTS};
  bodylint_request *commented = bodylint_request_create(linter, &jsonc, NULL);
  EXPECT(bodylint_check(commented, comment, strlen(comment), NULL) == BODYLINT_CLEAN);
  bodylint_request_free(commented);
  bodylint_linter_free(linter);
}

static void test_mistakes(void) {
  bodylint_linter *linter = bundled();
  char *error;
#define REFUSED(part, ...)                                                  \
  do {                                                                      \
    bodylint_request_options options = {.size = sizeof options, __VA_ARGS__}; \
    error = refusal(linter, &options);                                      \
    EXPECT(has(error, part));                                               \
    bodylint_string_free(error);                                            \
  } while (0)
  const char *facts[] = {"os", "Solaris"};
  const char *half[] = {"os", NULL};
  REFUSED("did you mean Images_CreateOrUpdate", .operation = "Images_CreateOrUpdat");
  REFUSED("the fact os is Windows or Linux", .facts = facts, .fact_count = 1);
  const char *twice[] = {"os", "Linux", "os", "Windows"};
  REFUSED("given twice", .facts = twice, .fact_count = 2);
  REFUSED("NULL among", .facts = half, .fact_count = 1);
  REFUSED("facts is NULL", .facts = NULL, .fact_count = 1);
  REFUSED("fact_count is larger", .facts = facts, .fact_count = SIZE_MAX);
  REFUSED("no date for the clock", .now = "yesterday");
  REFUSED("operation is not UTF-8", .operation = "\xFF");
  REFUSED("flags has bits", .flags = 1u << 31);
#undef REFUSED
  bodylint_request_options none = {0};
  error = refusal(linter, &none);
  EXPECT(has(error, "sizeof"));
  bodylint_string_free(error);
  error = refusal(NULL, NULL);
  EXPECT(has(error, "linter is NULL"));
  bodylint_string_free(error);

  bodylint_linter_options folder = {.size = sizeof folder, .rules = "/there/is/no/such/folder"};
  EXPECT(bodylint_linter_create(&folder, &error) == NULL);
  EXPECT(has(error, "/there/is/no/such/folder"));
  bodylint_string_free(error);
  bodylint_linter_free(linter);
}

/* Programs built with an older header have fewer members, and with a newer one more. */
static void test_sizes(void) {
  bodylint_linter *linter = bundled();
  /* sizeof of a pointer to the options, or of less than all: nothing is read of what may not be there, or is half there. */
  bodylint_request_options options = {.operation = "Images_CreateOrUpdate"};
  for (options.size = 0; options.size < sizeof options; options.size++) {
    char *error = refusal(linter, &options);
    EXPECT(has(error, "sizeof"));
    bodylint_string_free(error);
  }
  options.size = sizeof options;
  options.reserved = 1;
  char *reserved = refusal(linter, &options);
  EXPECT(has(reserved, "reserved"));
  bodylint_string_free(reserved);
  struct {
    bodylint_request_options known;
    const char *unknown;
  } new = {.known = {.size = sizeof new, .operation = "Images_CreateOrUpdate"}, .unknown = NULL};
  bodylint_request *images = bodylint_request_create(linter, &new.known, NULL);
  EXPECT(images != NULL);
  bodylint_request_free(images);
  new.unknown = "used";
  char *error = refusal(linter, &new.known);
  EXPECT(has(error, "does not know"));
  bodylint_string_free(error);
  bodylint_linter_free(linter);
}

static void test_own_rules(const char *folder) {
  bodylint_linter_options options = {.size = sizeof options, .rules = folder};
  char *error = NULL;
  bodylint_linter *linter = bodylint_linter_create(&options, &error);
  EXPECT(linter != NULL);
  if (error != NULL) fprintf(stderr, "%s\n", error);
  bodylint_request *images = request(linter, "Images_CreateOrUpdate");
  bodylint_report *report = NULL;
  EXPECT(bodylint_check(images, clean, strlen(clean), &report) == BODYLINT_FINDINGS);
  EXPECT(bodylint_report_count(report) == 1);
  EXPECT(is(bodylint_report_finding(report, 0)->rule, "location-outside-europe"));
  bodylint_report_free(report);
  bodylint_request_free(images);
  bodylint_linter_free(linter);
}

static void test_hostile_bodies(void) {
  bodylint_linter_options limits = {.size = sizeof limits, .byte_count_max = 100, .depth_max = SIZE_MAX};
  bodylint_linter *linter = bodylint_linter_create(&limits, NULL);
  bodylint_request *any = bodylint_request_create(linter, NULL, NULL);
  bodylint_report *report = NULL;
  EXPECT(bodylint_check(any, image, strlen(image), &report) == BODYLINT_FINDINGS);
  EXPECT(is(bodylint_report_finding(report, 0)->rule, "oversized-document"));
  bodylint_report_free(report);
  bodylint_request_free(any);
  bodylint_linter_free(linter);

  linter = bundled();
  bodylint_request *images = request(linter, "Images_CreateOrUpdate");
  EXPECT(bodylint_check(images, NULL, 0, NULL) == BODYLINT_FINDINGS);
  EXPECT(bodylint_check(images, "", 0, NULL) == BODYLINT_FINDINGS);
  EXPECT(bodylint_check(images, NULL, 1, &report) == BODYLINT_INVALID_ARGUMENT && report == NULL);
  EXPECT(bodylint_check(images, "{}", SIZE_MAX, &report) == BODYLINT_INVALID_ARGUMENT && report == NULL);
  EXPECT(bodylint_check(NULL, "{}", 2, &report) == BODYLINT_INVALID_ARGUMENT && report == NULL);
  EXPECT(bodylint_check_json(NULL, "{}", 2, NULL) == BODYLINT_INVALID_ARGUMENT);
  /* A NUL in a name ends no text early. */
  static const char nul[] = "{\"location\": \"westus\", \"lo\\u0000cation\": 1, \"properties\": {}}";
  EXPECT(bodylint_check(images, nul, strlen(nul), &report) == BODYLINT_FINDINGS);
  int isSeen = 0;
  for (size_t index = 0; index < bodylint_report_count(report); index++)
    if (is(bodylint_report_finding(report, index)->pointer, "/lo\xE2\x90\x80" "cation")) isSeen = 1;
  EXPECT(isSeen);
  bodylint_report_free(report);
  /* Every byte, and every pair with a bracket, in memory that ends where the body does. */
  for (int byte = 0; byte < 256; byte++) {
    char *body = malloc(2);
    body[0] = '[';
    body[1] = (char)byte;
    EXPECT(bodylint_check(images, body, 2, NULL) == BODYLINT_FINDINGS);
    EXPECT(bodylint_check(images, body + 1, 1, NULL) == BODYLINT_FINDINGS);
    free(body);
  }
  /* A body cut anywhere. */
  for (size_t length = 0; length < strlen(image); length += 7) {
    char *body = malloc(length + 1);
    memcpy(body, image, length);
    EXPECT(bodylint_check(images, body, length, &report) == BODYLINT_FINDINGS);
    bodylint_report_free(report);
    free(body);
  }
  bodylint_request_free(images);
  bodylint_linter_free(linter);

  /* As deep as a caller may allow. */
  bodylint_linter_options deepOptions = {.size = sizeof deepOptions, .depth_max = 100000};
  linter = bodylint_linter_create(&deepOptions, NULL);
  images = request(linter, "Images_CreateOrUpdate");
  size_t depth = 99990;
  char *deep = malloc(2 * depth + 32);
  int start = sprintf(deep, "{\"tags\": ");
  memset(deep + start, '[', depth);
  memset(deep + start + depth, ']', depth);
  deep[(size_t)start + 2 * depth] = '}';
  EXPECT(bodylint_check(images, deep, (size_t)start + 2 * depth + 1, &report) == BODYLINT_FINDINGS);
  bodylint_report_free(report);
  free(deep);
  bodylint_request_free(images);
  bodylint_linter_free(linter);
}

static void test_null(void) {
  bodylint_linter_free(NULL);
  bodylint_request_free(NULL);
  bodylint_report_free(NULL);
  bodylint_string_free(NULL);
  EXPECT(bodylint_report_count(NULL) == 0);
  EXPECT(bodylint_report_operation(NULL) == NULL);
  EXPECT(bodylint_report_finding(NULL, 0) == NULL);
}

/* A password that the rules speak of is in nothing that comes out. */
static void test_secrets(void) {
  bodylint_linter *linter = bundled();
  bodylint_request *reimage = request(linter, "VirtualMachines_Reimage");
  static const char body[] = "{\"osProfile\": {\"adminPassword\": \"canary\", \"adminPasword\": \"canary\"}}";
  char *json = NULL;
  EXPECT(bodylint_check_json(reimage, body, strlen(body), &json) == BODYLINT_FINDINGS);
  EXPECT(json != NULL && !has(json, "canary"));
  bodylint_string_free(json);
  bodylint_report *report = NULL;
  EXPECT(bodylint_check(reimage, body, strlen(body), &report) == BODYLINT_FINDINGS);
  for (size_t index = 0; index < bodylint_report_count(report); index++) {
    const bodylint_finding *finding = bodylint_report_finding(report, index);
    EXPECT(!has(finding->message, "canary") && !has(finding->advice, "canary"));
    for (size_t edit = 0; edit < finding->edit_count; edit++) EXPECT(!has(finding->edits[edit].text, "canary"));
  }
  bodylint_report_free(report);
  bodylint_request_free(reimage);
  bodylint_linter_free(linter);
}

static const bodylint_request *shared;

static void *work(void *unused) {
  (void)unused;
  intptr_t wrong = 0;
  for (int round = 0; round < 200; round++) {
    bodylint_report *report = NULL;
    if (bodylint_check(shared, image, strlen(image), &report) != BODYLINT_FINDINGS) wrong++;
    if (bodylint_report_count(report) != 2) wrong++;
    bodylint_report_free(report);
    if (bodylint_check(shared, clean, strlen(clean), NULL) != BODYLINT_CLEAN) wrong++;
  }
  return (void *)wrong;
}

static void test_threads(void) {
  bodylint_linter *linter = bundled();
  bodylint_request *images = request(linter, "Images_CreateOrUpdate");
  shared = images;
  pthread_t threads[8];
  for (int index = 0; index < 8; index++) EXPECT(pthread_create(&threads[index], NULL, work, NULL) == 0);
  for (int index = 0; index < 8; index++) {
    void *wrong = NULL;
    pthread_join(threads[index], &wrong);
    EXPECT(wrong == NULL);
  }
  bodylint_request_free(images);
  bodylint_linter_free(linter);
}

static volatile int isForking;

static void *check_on(void *unused) {
  (void)unused;
  while (isForking) bodylint_check(shared, clean, strlen(clean), NULL);
  return NULL;
}

/* A process that forks while another of its threads checks: the child goes on checking. */
static void test_fork(void) {
  bodylint_linter *linter = bundled();
  bodylint_request *images = request(linter, "Images_CreateOrUpdate");
  shared = images;
  isForking = 1;
  pthread_t thread;
  EXPECT(pthread_create(&thread, NULL, check_on, NULL) == 0);
  for (int round = 0; round < 300; round++) {
    pid_t child = fork();
    if (child == 0) _exit(bodylint_check(images, clean, strlen(clean), NULL) == BODYLINT_CLEAN ? 0 : 1);
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  isForking = 0;
  pthread_join(thread, NULL);
  bodylint_request_free(images);
  bodylint_linter_free(linter);
}

static void *first_use(void *unused) {
  (void)unused;
  bodylint_linter *linter = bundled();
  bodylint_request *images = request(linter, "Images_CreateOrUpdate");
  char *json = NULL;
  EXPECT(bodylint_check_json(images, image, strlen(image), &json) == BODYLINT_FINDINGS);
  bodylint_string_free(json);
  bodylint_request_free(images);
  bodylint_linter_free(linter);
  return NULL;
}

/* A process that forks while another of its threads uses the library for the first time. Said by the exit status. */
static int fork_during_first_use(long microseconds) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, first_use, NULL) != 0) return 2;
  const struct timespec pause = {.tv_nsec = microseconds * 1000};
  nanosleep(&pause, NULL);
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    first_use(NULL);
    _exit(failures == 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  pthread_join(thread, NULL);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

/* The runtime of Swift takes locks when a type is used for the first time: each try needs a process of its own. */
static void test_fork_during_first_use(const char *program) {
  for (int round = 0; round < 150; round++) {
    char pause[16];
    snprintf(pause, sizeof pause, "%d", round * 20);
    pid_t child = fork();
    if (child == 0) {
      execl(program, program, "first-use", pause, (char *)NULL);
      _exit(2);
    }
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
}

int main(int count, char **arguments) {
  if (count == 3 && is(arguments[1], "first-use")) return fork_during_first_use(strtol(arguments[2], NULL, 10));
  if (count != 2) {
    fprintf(stderr, "usage: test RULES\n");
    return 2;
  }
  test_versions();
  test_findings();
  test_json();
  test_recognition();
  test_request();
  test_mistakes();
  test_sizes();
  test_own_rules(arguments[1]);
  test_hostile_bodies();
  test_null();
  test_secrets();
  test_threads();
  /* In a child, the memory of the threads that it does not have is a leak to valgrind. */
  if (getenv("UNDER_VALGRIND") == NULL) {
    test_fork();
    /* The sanitizer has locks of its own, which a thread that is just beginning may hold. */
    if (!IS_SANITIZED) test_fork_during_first_use(arguments[0]);
  }
  if (failures == 0) puts("all is well");
  return failures == 0 ? 0 : 1;
}
