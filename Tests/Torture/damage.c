// damage flip|cut SOURCE OFFSET DESTINATION: copies a file with the bits of one byte flipped, or only its first bytes.
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
    if (count != 5) return 64;
    FILE *source = fopen(arguments[2], "rb");
    if (!source) return 66;
    const long place = atol(arguments[3]);
    FILE *destination = fopen(arguments[4], "wb");
    if (!destination) return 73;
    int byte;
    for (long at = 0; (byte = fgetc(source)) != EOF; at++) {
        if (arguments[1][0] == 'c' && at == place) break;
        fputc(arguments[1][0] == 'f' && at == place ? byte ^ (1 << at % 8) : byte, destination);
    }
    return fclose(destination) == 0 ? 0 : 73;
}
