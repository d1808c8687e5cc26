/*
 * Which branches a processor would guess wrong: reads the instructions that valgrind's lackey saw (--trace-mem=yes) and runs a
 * predictor of today's kind over the branches among them, TAGE for conditional ones (Seznec and Michaud 2006) and the same with
 * targets for indirect ones (ITTAGE). No processor is exactly like this one; which branches nobody can foresee is the same on all.
 *
 *     guesses BRANCHES START BODIES
 *
 * BRANCHES has a line `address kind length` a branch (kind 1 conditional, 2 indirect; addresses as in the file, hexadecimal);
 * START is the address of the function that is called once a body; BODIES is how many are looked at. Prints a line of totals,
 * then `misses executed address` for each branch, a body.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  tables = 10,
  table_bits = 13,
  target_bits = 12,
  address_max = 1 << 26,
  /* Where valgrind puts a program that can stand anywhere. */
  base = 0x108000,
  /* The first bodies only teach. */
  warm_up = 200,
};
static const int history_lengths[tables] = {4, 7, 11, 17, 26, 40, 62, 95, 145, 220};

typedef struct {
  uint16_t tag;
  int8_t counter;
  uint8_t useful;
} direction;
typedef struct {
  uint16_t tag;
  uint8_t confidence;
  uint32_t target;
} target;
typedef struct {
  uint8_t kind, length;
  uint64_t executed, missed;
} branch;

static direction directions[tables][1 << table_bits];
static int8_t usual_directions[1 << 16];
static target targets[tables][1 << target_bits];
static uint32_t usual_targets[1 << target_bits];

/* What was taken last, and for each length of it three foldings to few bits, which are kept up to date bit by bit. */
static uint8_t history[1 << 16];
static uint32_t history_end;
typedef struct {
  uint32_t bits;
  int width;
} folding;
static folding for_index[tables], for_tag[tables], for_second_tag[tables];

static void fold(folding *folded, int bit, int old, int length) {
  const uint32_t mask = (1u << folded->width) - 1;
  folded->bits = (folded->bits << 1 | folded->bits >> (folded->width - 1)) & mask;
  folded->bits ^= (uint32_t)bit ^ (uint32_t)old << length % folded->width;
}

static void remember(int bit) {
  history[history_end++ & 0xFFFF] = (uint8_t)bit;
  for (int i = 0; i < tables; i++) {
    const int length = history_lengths[i], old = history[(history_end - 1 - (uint32_t)length) & 0xFFFF];
    fold(&for_index[i], bit, old, length);
    fold(&for_tag[i], bit, old, length);
    fold(&for_second_tag[i], bit, old, length);
  }
}

static uint32_t place_of(uint32_t address, int i, int bits) {
  return (address ^ address >> 5 ^ for_index[i].bits ^ (uint32_t)i * 0x9E3) & ((1u << bits) - 1);
}

static uint16_t tag_of(uint32_t address, int i) {
  return (uint16_t)(((address ^ for_tag[i].bits ^ for_second_tag[i].bits << 1) & 0x7FF) | 0x800);
}

/* Whether the guess was wrong. */
static int guess_direction(uint32_t address, int taken) {
  static uint32_t random = 1;
  direction *found[tables];
  uint16_t tags[tables];
  int provider = -1, other = -1;
  for (int i = 0; i < tables; i++) {
    found[i] = &directions[i][place_of(address, i, table_bits)];
    tags[i] = tag_of(address, i);
    if (found[i]->tag == tags[i]) other = provider, provider = i;
  }
  int8_t *usual = &usual_directions[address & 0xFFFF];
  const int otherwise = other >= 0 ? found[other]->counter >= 0 : *usual >= 0;
  int guess = otherwise;
  if (provider >= 0) {
    direction *entry = found[provider];
    const int is_new = entry->useful == 0 && (entry->counter == 0 || entry->counter == -1);
    const int direct = entry->counter >= 0;
    if (!is_new) guess = direct;
    if (direct != otherwise && direct == taken && entry->useful < 3) entry->useful++;
    if (direct != otherwise && direct != taken && entry->useful > 0) entry->useful--;
    if (taken ? entry->counter < 3 : entry->counter > -4) entry->counter += taken ? 1 : -1;
  } else if (taken ? *usual < 1 : *usual > -2) {
    *usual += taken ? 1 : -1;
  }
  if (guess != taken && provider < tables - 1) {
    random = random * 1103515245 + 12345;
    int i = provider + 1 + (int)(random >> 16 & 1);
    if (i >= tables) i = tables - 1;
    while (i < tables && found[i]->useful > 0) i++;
    if (i < tables) {
      *found[i] = (direction){tags[i], (int8_t)(taken ? 0 : -1), 0};
    } else {
      for (i = provider + 1; i < tables; i++)
        if (found[i]->useful > 0) found[i]->useful--;
    }
  }
  remember(taken);
  return guess != taken;
}

static int guess_target(uint32_t address, uint32_t next) {
  target *found[tables];
  uint16_t tags[tables];
  int provider = -1;
  for (int i = 0; i < tables; i++) {
    found[i] = &targets[i][place_of(address, i, target_bits)];
    tags[i] = tag_of(address, i);
    if (found[i]->tag == tags[i]) provider = i;
  }
  uint32_t *usual = &usual_targets[address & ((1u << target_bits) - 1)];
  const uint32_t guess = provider >= 0 ? found[provider]->target : *usual;
  if (provider < 0) {
    *usual = next;
  } else if (guess == next) {
    if (found[provider]->confidence < 3) found[provider]->confidence++;
  } else if (found[provider]->confidence > 0) {
    found[provider]->confidence--;
  } else {
    found[provider]->target = next;
  }
  for (int i = provider + 1; guess != next && i < tables; i++) {
    if (found[i]->confidence == 0) {
      *found[i] = (target){tags[i], 0, next};
      break;
    }
    found[i]->confidence--;
  }
  for (int bit = 2; bit < 6; bit++) remember((int)(next >> bit & 1));
  return guess != next;
}

int main(int count, char **arguments) {
  if (count != 4) return fprintf(stderr, "usage: guesses BRANCHES START BODIES < TRACE\n"), 2;
  const uint32_t start = (uint32_t)strtoul(arguments[2], NULL, 16);
  const uint64_t wanted = strtoull(arguments[3], NULL, 10);
  branch *const branches = calloc(address_max, sizeof *branches);
  FILE *const list = fopen(arguments[1], "r");
  if (list == NULL || branches == NULL) return perror("guesses"), 1;
  unsigned address, kind, length;
  while (fscanf(list, "%x %u %u", &address, &kind, &length) == 3)
    if (address < address_max) branches[address].kind = (uint8_t)kind, branches[address].length = (uint8_t)length;
  fclose(list);
  for (int i = 0; i < tables; i++) {
    for_index[i].width = 12, for_tag[i].width = 11, for_second_tag[i].width = 10;
  }

  static char line[256];
  uint64_t bodies = 0, all = 0, missed = 0;
  uint32_t last = 0;
  while (bodies <= wanted && fgets(line, sizeof line, stdin) != NULL) {
    if (line[0] != 'I') continue;
    const uint64_t place = strtoull(line + 1, NULL, 16) - base;
    const uint32_t here = place < address_max ? (uint32_t)place : 0;
    if (here == start) bodies++;
    branch *const before = &branches[last];
    if (bodies > 0 && before->kind != 0) {
      const int is_wrong =
          before->kind == 1 ? guess_direction(last, here != last + before->length) : guess_target(last, (uint32_t)place);
      if (bodies > warm_up) before->executed++, before->missed += (uint64_t)is_wrong, all++, missed += (uint64_t)is_wrong;
    }
    last = here;
  }
  if (bodies <= warm_up + 1) return fprintf(stderr, "guesses: only %llu bodies\n", (unsigned long long)bodies), 1;
  const double each = (double)(bodies - 1 - warm_up);
  printf("%.1f %.2f\n", (double)all / each, (double)missed / each);
  for (uint32_t i = 0; i < address_max; i++)
    if (branches[i].missed > 0)
      printf("%.3f %.2f %x\n", (double)branches[i].missed / each, (double)branches[i].executed / each, i);
  return 0;
}
