// Matrix multiplication and activations through oneDNN, the same for versions 2 and 3 of the library.
//
// A matmul belongs to one worker at a time: executing it moves the handles of its own memory objects. Its scratchpad
// is the caller's, because oneDNN's library-managed one gives silently wrong results when workers share a primitive.
#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What functions return beside 0 and the other statuses of oneDNN.
#define CONEDNN_OUT_OF_MEMORY 1
#define CONEDNN_UNSUITABLE_RUNTIME (-1)

typedef struct conednn_matmul conednn_matmul;
typedef struct conednn_eltwise conednn_eltwise;

typedef enum {
    CONEDNN_IDENTITY,
    CONEDNN_SIGMOID,
    CONEDNN_TANH,
    CONEDNN_RELU,
    CONEDNN_LEAKY_RELU,
    CONEDNN_ELU,
    CONEDNN_SELU,
    CONEDNN_GELU,
    CONEDNN_GELU_TANH,
    CONEDNN_SILU,
    CONEDNN_SOFTPLUS,
} conednn_activation;

// destination [rows, columns] = activation(left [rows, inner] · right [inner, columns] + bias [columns])
typedef struct {
    int64_t rows;
    int64_t columns;
    int64_t inner;
    bool is_bf16;           // left and right; bias and destination are floats
    bool right_has_strips;  // of 64 columns: the rows of a strip lie one after another, filled up with zeros to a multiple
                            // of 16; for bfloat16 of 32, and rows 2k and 2k + 1 as pairs, side by side for each column.
                            // oneDNN calls that BA16a64b, and BA16a64b2a.
    bool has_bias;
    bool accumulates;  // to what destination has already
    conednn_activation activation;
} conednn_matmul_shape;

// Whether oneDNN computes fastest on a right operand in strips, on this CPU. If not, right is row-major.
bool conednn_prefers_strips(bool is_bf16);
// Whether it computes on a row-major right operand of floats as it lies there; it copies some into its scratchpad first.
bool conednn_uses_rows_in_place(int64_t columns);
// Whether the CPU has instructions for bfloat16 that oneDNN uses, and whether those multiply whole tiles (AMX).
bool conednn_has_bf16(void);
bool conednn_multiplies_tiles(void);

// The threads that the library is built for: OMP, SEQ, TBB, …
const char *conednn_runtime(void);
// Makes what all others need. All of these return 0, or oneDNN's status, which conednn_status_name words, or
// CONEDNN_UNSUITABLE_RUNTIME.
int conednn_prepare(void);
int conednn_matmul_create(const conednn_matmul_shape *shape, conednn_matmul **matmul);
int conednn_matmul_execute(conednn_matmul *matmul, const void *left, const void *right, const float *bias,
                           float *destination, void *scratchpad);

void conednn_matmul_destroy(conednn_matmul *matmul);
size_t conednn_matmul_scratchpad_bytes(const conednn_matmul *matmul);

// result = activation(input); and gradient, dL/dresult, becomes dL/dinput. For one worker at a time, as a matmul; not for
// CONEDNN_SELU.
int conednn_eltwise_create(conednn_activation activation, int64_t count, conednn_eltwise **eltwise);
int conednn_eltwise_forward(conednn_eltwise *eltwise, const float *input, float *result);
int conednn_eltwise_backward(conednn_eltwise *eltwise, const float *input, float *gradient);
void conednn_eltwise_destroy(conednn_eltwise *eltwise);

const char *conednn_status_name(int status);

// "2.6.3"
void conednn_version(char text[32]);
// The instruction set that oneDNN computes with here: "avx512_core_bf16".
const char *conednn_instructions(void);

#endif
