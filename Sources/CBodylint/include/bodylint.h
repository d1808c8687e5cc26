/* bodylint from C: checks JSON request bodies against what the documents say the service accepts.
 *
 *   char *error = NULL;
 *   bodylint_linter *linter = bodylint_linter_create(NULL, &error);
 *   bodylint_request_options options = {.size = sizeof options, .operation = "Images_CreateOrUpdate"};
 *   bodylint_request *images = bodylint_request_create(linter, &options, &error);
 *   bodylint_report *report = NULL;
 *   if (bodylint_check(images, body, length, &report) == BODYLINT_FINDINGS)
 *     for (size_t i = 0; i < bodylint_report_count(report); i++)
 *       puts(bodylint_report_finding(report, i)->message);
 *   bodylint_report_free(report);
 *
 * Threads: a linter and a request are never written after they were made, so any number of threads may use one at the
 * same time. A report belongs to one thread at a time. What is freed must not be in use. A thread needs 64 KiB of stack.
 * A process may fork at any time: fork waits until no thread is inside of a function of this library, and its child goes on
 * using it.
 *
 * Memory: what a function creates is the caller's, and is freed by the function named beside it; freeing NULL does
 * nothing. Text in a report lives as long as the report. A request keeps its linter alive: both may be freed in any order.
 *
 * Text: in and out is UTF-8, ended by a NUL byte, and a NUL character in a name of a body is given out as U+2400. Only a body
 * is bytes with a length, and need not be UTF-8. No text given out repeats a secret of the body.
 *
 * No body, rule folder or option ends the process: what is wrong is a finding, an error or a status.
 */
#ifndef BODYLINT_H
#define BODYLINT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. Within one version, functions are added, and members at the end of the two options and of
 * bodylint_finding; nothing else is changed. Compare with bodylint_abi_version(), which says what the library has that was
 * loaded. */
#define BODYLINT_ABI_VERSION 1

/* BODYLINT_ABI_VERSION, as the library was built. */
uint32_t bodylint_abi_version(void);

/* The version of bodylint: "0.1.0". Never freed. */
const char *bodylint_version(void);

/* Rules, compiled. */
typedef struct bodylint_linter bodylint_linter;
/* What bodies are to be judged as. */
typedef struct bodylint_request bodylint_request;
/* What there is to say of one body. */
typedef struct bodylint_report bodylint_report;

typedef struct bodylint_linter_options {
  /* sizeof(bodylint_linter_options) */
  size_t size;
  /* A folder of rules of your own, to be used beside the bundled ones; read now and never again. May be NULL. */
  const char *rules;
  /* The most bytes a body may have, up to 4 GiB less two; 0 for 64 MiB. A larger one is a finding. */
  size_t byte_count_max;
  /* The most levels of arrays and objects in one another, up to 100,000; 0 for 128. A deeper body is a finding. */
  size_t depth_max;
} bodylint_linter_options;

/* Makes a linter. With NULL for options it has the bundled rules and the usual limits.
 * On failure, NULL; *error, where error is not NULL, is then a message for people, freed by bodylint_string_free:
 * a line for each mistake in a rule file, with the file's path, line and column. */
bodylint_linter *bodylint_linter_create(const bodylint_linter_options *options, char **error);
void bodylint_linter_free(bodylint_linter *linter);

enum {
  /* The documents are responses. */
  BODYLINT_RESPONSE = 1 << 0,
  /* The documents may have comments and trailing commas. */
  BODYLINT_COMMENTS = 1 << 1
};

typedef struct bodylint_request_options {
  /* sizeof(bodylint_request_options) */
  size_t size;
  /* An operation id, "Images_CreateOrUpdate", or a response schema, "Image"; NULL to find out from each body. */
  const char *operation;
  /* "2024-03-01"; NULL where it is not known. */
  const char *api_version;
  /* "PUT"; NULL where it is not known. */
  const char *method;
  /* The URL that bodies are sent to, absolute or from its path on; it is checked too. May be NULL. */
  const char *url;
  /* What rules about the future take for the present: "2026-11-21", or with a time, as ISO 8601 has it; NULL for the
   * system's clock. */
  const char *now;
  /* What bodies do not say: name, value, name, value: {"os", "Linux"}. May be NULL where fact_count is 0. */
  const char *const *facts;
  /* The number of pairs. */
  size_t fact_count;
  /* BODYLINT_RESPONSE and BODYLINT_COMMENTS. */
  uint32_t flags;
  /* 0. */
  uint32_t reserved;
} bodylint_request_options;

/* Makes a request, for any number of bodies. With NULL for options each body is asked what it is.
 * On failure (an operation, fact or date that there is none), NULL, and a message in *error as above. */
bodylint_request *bodylint_request_create(
    const bodylint_linter *linter, const bodylint_request_options *options, char **error);
void bodylint_request_free(bodylint_request *request);

typedef enum bodylint_status {
  /* Nothing to say. */
  BODYLINT_CLEAN = 0,
  /* There are findings, of whatever severity. A body that is not JSON is a finding. */
  BODYLINT_FINDINGS = 1,
  /* It cannot be told which operation the body is for; nothing but its text was judged, and nothing is wrong with that. */
  BODYLINT_UNRECOGNIZED = 2,
  /* The request is NULL, or the body is while its length is not 0. */
  BODYLINT_INVALID_ARGUMENT = -1
} bodylint_status;

/* Checks one body: its bytes are read during the call and not kept; nobody may write them meanwhile.
 * *report, where report is not NULL, is the caller's and freed by bodylint_report_free; NULL where the argument is
 * invalid. With NULL for report nothing is worded: the quickest way to ask whether there is anything to say. */
bodylint_status bodylint_check(
    const bodylint_request *request, const char *body, size_t length, bodylint_report **report);

/* The same in one call, for whoever wants JSON. *json, where json is not NULL, is an array of findings, freed by
 * bodylint_string_free, or NULL where there are none. The members of a finding are those of the command's --format json
 * but for "file", and "advice", a string, where the rule has one. */
bodylint_status bodylint_check_json(const bodylint_request *request, const char *body, size_t length, char **json);

void bodylint_report_free(bodylint_report *report);

/* The number of findings; 0 for NULL. */
size_t bodylint_report_count(const bodylint_report *report);

/* What the body was judged as: an operation id or a response schema; NULL where that is not known. Of a document with
 * several bodies, such as a template, the first. */
const char *bodylint_report_operation(const bodylint_report *report);

typedef enum bodylint_severity {
  BODYLINT_INFO = 0,
  BODYLINT_WARNING = 1,
  BODYLINT_ERROR = 2
} bodylint_severity;

/* Bytes from 0; lines and columns from 1, columns in UTF-16 code units, as editors count them. */
typedef struct bodylint_place {
  size_t offset;
  size_t length;
  size_t line;
  size_t column;
  size_t end_line;
  size_t end_column;
} bodylint_place;

/* Another place of the same fault: the first of two duplicates. */
typedef struct bodylint_related {
  const char *message;
  const char *pointer;
  bodylint_place place;
} bodylint_related;

/* Replaces bytes of the document by text. */
typedef struct bodylint_edit {
  size_t offset;
  size_t length;
  const char *text;
} bodylint_edit;

/* One fault. Its memory is the report's, and members may be added at the end. */
typedef struct bodylint_finding {
  /* The rule's id: "duplicate-lun". */
  const char *rule;
  bodylint_severity severity;
  /* One line: the fact, then the limit. */
  const char *message;
  /* An RFC 6901 JSON Pointer into the document; "" is the whole. NULL where the fault is in the request line. Of names over
   * 1,024 bytes it has the beginning and an ellipsis; a place whose pointer would have over 4,096 bytes or 256 tokens gets
   * that of the nearest ancestor that has not. */
  const char *pointer;
  /* From the root of the body, where the document is not the body itself; otherwise NULL. */
  const char *body_pointer;
  /* What the body was judged as; NULL where that is not known. */
  const char *operation;
  /* The api-version it was judged by; NULL where none is known. */
  const char *api_version;
  /* The missing, unknown, duplicate or misspelt property; NULL where the fault is not about a name. */
  const char *property;
  /* For the request line: the parameter at fault; otherwise NULL. */
  const char *parameter;
  /* Meaningful where pointer is not NULL; otherwise all 0. */
  bodylint_place place;
  /* The facts with which the body fails, where it fails with some only: "os=Windows". */
  const char *const *worlds;
  size_t world_count;
  const bodylint_related *related;
  size_t related_count;
  /* The documented sentence, and the page that it is from; NULL where there is none. */
  const char *quote;
  const char *url;
  /* What to do about it, for people; NULL where the rule has none. */
  const char *advice;
  /* Edits that mend it: what they do, "remove id"; NULL where there are none, or where their text would repeat a secret of
   * the body. They do not overlap and stand in order. */
  const char *fix;
  /* 1: the edits cannot change what the service does with the body. 0: they are a good guess. */
  int32_t fix_is_safe;
  const bodylint_edit *edits;
  size_t edit_count;
} bodylint_finding;

/* A finding by its number, from 0; NULL beyond the last. They stand in the order of their places. */
const bodylint_finding *bodylint_report_finding(const bodylint_report *report, size_t index);

/* Frees a message or JSON text. */
void bodylint_string_free(char *string);

#ifdef __cplusplus
}
#endif

#endif
