/*
 * libFuzzer as a library for a process of .NET: the target is a function of ours, and the branches that it took are
 * counted by SharpFuzz in memory that libFuzzer looks at.
 */
#include <stddef.h>
#include <stdint.h>

/* As many as SharpFuzz has places for. libFuzzer finds them by the name of their section. */
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t counters[1 << 16];

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*one)(const uint8_t *, size_t));

uint8_t *engine_counters(void) { return counters; }

int engine_run(int count, char **arguments, int (*one)(const uint8_t *, size_t)) {
  return LLVMFuzzerRunDriver(&count, &arguments, one);
}
