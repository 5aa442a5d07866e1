// mutate SOURCE SEED DESTINATION [signed]: copies a file and changes one to eight of its bytes, at offsets that depend on
// SEED. In a signed file, a checkpoint, they are after its user block, whose checksum is updated; in half of the copies they
// are not in unused zeros.
#define _GNU_SOURCE
#include <stdlib.h>

#include "sha256.h"

static uint64_t state;

// splitmix64
static uint64_t next(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int main(int count, char **arguments) {
    if (count != 4 && count != 5) return 64;
    FILE *source = fopen(arguments[1], "rb");
    if (!source) return 66;
    fseek(source, 0, SEEK_END);
    const size_t size = (size_t)ftell(source);
    rewind(source);
    unsigned char *bytes = malloc(size);
    if (!bytes || fread(bytes, 1, size, source) != size) return 65;
    const size_t block = count == 5 ? 512 : 0;
    if (size <= block) return 65;
    state = strtoull(arguments[2], NULL, 10);
    const int most = block > 0 && next() % 2 ? 50 : 0;
    for (uint64_t changes = 1 + next() % 8; changes > 0; changes--) {
        // Half of the changes in the first kilobytes, where the structure is.
        const size_t span = next() % 2 && size - block > 4096 ? 4096 : size - block;
        size_t place = block + next() % span;
        for (int tries = 0; bytes[place] == 0 && tries < most; tries++) place = block + next() % span;
        bytes[place] = (unsigned char)next();
    }
    if (block > 0) {
        char *sum = memmem(bytes, block, "sha256:", 7), digits[65];
        if (!sum) return 65;
        sha256(bytes + block, size - block, digits);
        memcpy(sum + 7, digits, 64);
    }
    FILE *destination = fopen(arguments[3], "wb");
    if (!destination || fwrite(bytes, 1, size, destination) != size) return 73;
    return fclose(destination) == 0 ? 0 : 73;
}
