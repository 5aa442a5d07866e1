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

// A primitive with memory objects for its arguments. For one worker at a time, since execution sets their handles.
enum { MOST_ARGUMENTS = 5 };
typedef struct {
    dnnl_primitive_t primitive;
    dnnl_stream_t stream;
    const int *names;                      // oneDNN's names of the arguments
    int count;
    dnnl_memory_t memory[MOST_ARGUMENTS];  // NULL where the argument is absent
} conednn_prepared;

dnnl_status_t conednn_prepare_primitive(conednn_prepared *prepared, const_dnnl_primitive_desc_t description,
                                        const int *names, int count);
dnnl_status_t conednn_prepare_argument(conednn_prepared *prepared, int argument, descriptor_reference described);
// bytes become 0 if oneDNN wants none.
dnnl_status_t conednn_prepare_scratchpad(conednn_prepared *prepared, int argument, const_dnnl_primitive_desc_t description,
                                         size_t *bytes);
dnnl_status_t conednn_execute(conednn_prepared *prepared, void *const handles[]);
void conednn_forget_prepared(conednn_prepared *prepared);

// scale * kind(x; alpha)
typedef struct {
    dnnl_alg_kind_t kind;
    float alpha;
    float scale;
} conednn_function;

// For any but CONEDNN_IDENTITY.
conednn_function conednn_function_of(conednn_activation activation);

#endif
