// mutate SOURCE SEED DESTINATION: copies a file and changes one to eight of its bytes, at places that follow from SEED.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

// splitmix64
static uint64_t next(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int main(int count, char **arguments) {
    if (count != 4) return 64;
    FILE *source = fopen(arguments[1], "rb");
    if (!source) return 66;
    fseek(source, 0, SEEK_END);
    const size_t size = (size_t)ftell(source);
    rewind(source);
    unsigned char *bytes = malloc(size);
    if (!bytes || fread(bytes, 1, size, source) != size) return 65;
    state = strtoull(arguments[2], NULL, 10);
    for (uint64_t changes = 1 + next() % 8; changes > 0; changes--) {
        // Half of the changes in the first kilobytes, where the structure is.
        const size_t span = next() % 2 && size > 4096 ? 4096 : size;
        bytes[next() % span] = (unsigned char)next();
    }
    FILE *destination = fopen(arguments[3], "wb");
    if (!destination || fwrite(bytes, 1, size, destination) != size) return 73;
    return fclose(destination) == 0 ? 0 : 73;
}
