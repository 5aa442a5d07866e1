#include "clones.h"
#include "cvector.h"

// Philox 4x32-10 (Salmon et al. 2011) on LANES blocks at a time, one in each lane of a vector.
enum { LANES = 16, WORDS = 4 };

__attribute__((always_inline)) static inline void random_words(uint32_t words[LANES * WORDS], uint32_t first_block,
                                                               const uint32_t above[3], const uint32_t key[2]) {
    uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
    for (uint32_t l = 0; l < LANES; l++) {
        c0[l] = first_block + l;
        c1[l] = above[0];
        c2[l] = above[1];
        c3[l] = above[2];
    }
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        for (int l = 0; l < LANES; l++) {
            const uint64_t even = (uint64_t)c0[l] * 0xD2511F53u, odd = (uint64_t)c2[l] * 0xCD9E8D57u;
            c0[l] = (uint32_t)(odd >> 32) ^ c1[l] ^ k0;
            c1[l] = (uint32_t)odd;
            c2[l] = (uint32_t)(even >> 32) ^ c3[l] ^ k1;
            c3[l] = (uint32_t)even;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int l = 0; l < LANES; l++) {
        words[WORDS * l] = c0[l];
        words[WORDS * l + 1] = c1[l];
        words[WORDS * l + 2] = c2[l];
        words[WORDS * l + 3] = c3[l];
    }
}

CVECTOR_CLONES
void cvector_dropout(const float *restrict values, float *restrict results, size_t rows, size_t places, size_t columns,
                     cvector_dropout_mask mask) {
    uint32_t words[LANES * WORDS];
    for (size_t r = 0; r < rows; r++) {
        const uint32_t above[3] = {mask.first_row + (uint32_t)r, mask.stream[0], mask.stream[1]};
        for (size_t start = 0; start < columns; start += LANES * WORDS) {
            random_words(words, (uint32_t)(start / WORDS), above, mask.key);
            const size_t count = columns - start < LANES * WORDS ? columns - start : LANES * WORDS;
            for (size_t p = 0; p < places; p++) {
                const size_t offset = (r * places + p) * columns + start;
                for (size_t j = 0; j < count; j++) {
                    results[offset + j] = words[j] >= mask.threshold ? values[offset + j] * mask.scale : 0.0f;
                }
            }
        }
    }
}
