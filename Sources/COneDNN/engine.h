// Within this module: oneDNN's engine, and its names for activations.
#ifndef CONEDNN_ENGINE_H
#define CONEDNN_ENGINE_H

#include "conednn.h"
#include "versions.h"

#define TRY(call)                        \
    do {                                 \
        status = (call);                 \
        if (status != dnnl_success) goto end; \
    } while (0)

// Limits oneDNN to the calling thread: else each worker would start a team of threads, and the order of sums would
// depend on its size. It costs one store to a thread-local variable.
void conednn_use_one_thread(void);

// The one engine of the process. Calls the above.
dnnl_status_t conednn_get_engine(dnnl_engine_t *engine);

// scale * kind(x; alpha)
typedef struct {
    dnnl_alg_kind_t kind;
    float alpha;
    float scale;
} conednn_function;

// For any but CONEDNN_IDENTITY.
conednn_function conednn_function_of(conednn_activation activation);

#endif
