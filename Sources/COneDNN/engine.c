#define _GNU_SOURCE  // RTLD_DEFAULT
#include "engine.h"

#include <dlfcn.h>
#include <pthread.h>

// MARK: The one engine of the process

static dnnl_engine_t engine;
static dnnl_status_t engine_status;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

// OpenMP can be limited to the calling thread, and a sequential build has no other.
static bool has_suitable_runtime(void) {
    const unsigned runtime = dnnl_version()->cpu_runtime;
    return runtime == DNNL_RUNTIME_OMP || runtime == DNNL_RUNTIME_SEQ;
}

static void create_engine(void) {
    engine_status = has_suitable_runtime() ? dnnl_engine_create(&engine, dnnl_cpu, 0)
                                           : (dnnl_status_t)CONEDNN_UNSUITABLE_RUNTIME;
}

dnnl_status_t conednn_get_engine(dnnl_engine_t *out) {
    conednn_use_one_thread();
    pthread_once(&engine_once, create_engine);
    *out = engine;
    return engine_status;
}

int conednn_prepare(void) {
    dnnl_engine_t unused;
    return conednn_get_engine(&unused);
}

// MARK: One thread a caller

static void (*set_thread_count)(int);
static pthread_once_t thread_count_once = PTHREAD_ONCE_INIT;

// Looked up at run time: the build does not know which OpenMP library oneDNN loads, if any.
static void find_thread_count(void) {
    *(void **)&set_thread_count = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}

void conednn_use_one_thread(void) {
    pthread_once(&thread_count_once, find_thread_count);
    if (set_thread_count) set_thread_count(1);
}

// MARK: Prepared primitives

dnnl_status_t conednn_prepare_primitive(conednn_prepared *prepared, const_dnnl_primitive_desc_t description,
                                        const int *names, int count) {
    dnnl_status_t status = dnnl_primitive_create(&prepared->primitive, description);
    if (status != dnnl_success) return status;
    prepared->names = names;
    prepared->count = count;
    return dnnl_stream_create(&prepared->stream, engine, dnnl_stream_default_flags);
}

dnnl_status_t conednn_prepare_argument(conednn_prepared *prepared, int argument, descriptor_reference described) {
    return dnnl_memory_create(&prepared->memory[argument], described, engine, DNNL_MEMORY_NONE);
}

dnnl_status_t conednn_prepare_scratchpad(conednn_prepared *prepared, int argument, const_dnnl_primitive_desc_t description,
                                         size_t *bytes) {
    descriptor_reference wanted = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    *bytes = wanted ? descriptor_bytes(wanted) : 0;
    return *bytes > 0 ? conednn_prepare_argument(prepared, argument, wanted) : dnnl_success;
}

dnnl_status_t conednn_execute(conednn_prepared *prepared, void *const handles[]) {
    conednn_use_one_thread();
    dnnl_exec_arg_t arguments[MOST_ARGUMENTS];
    int count = 0;
    for (int i = 0; i < prepared->count; i++) {
        if (!prepared->memory[i]) continue;
        dnnl_status_t status = dnnl_memory_set_data_handle(prepared->memory[i], handles[i]);
        if (status != dnnl_success) return status;
        arguments[count++] = (dnnl_exec_arg_t){prepared->names[i], prepared->memory[i]};
    }
    // In the OpenMP and sequential builds execution is synchronous, so there is nothing to wait for.
    return dnnl_primitive_execute(prepared->primitive, prepared->stream, count, arguments);
}

void conednn_forget_prepared(conednn_prepared *prepared) {
    for (int i = 0; i < MOST_ARGUMENTS; i++) {
        if (prepared->memory[i]) dnnl_memory_destroy(prepared->memory[i]);
    }
    if (prepared->stream) dnnl_stream_destroy(prepared->stream);
    if (prepared->primitive) dnnl_primitive_destroy(prepared->primitive);
}

// MARK: Activations

conednn_function conednn_function_of(conednn_activation activation) {
    switch (activation) {
    case CONEDNN_RELU: return (conednn_function){dnnl_eltwise_relu, 0.0f, 1.0f};
    case CONEDNN_LEAKY_RELU: return (conednn_function){dnnl_eltwise_relu, 0.01f, 1.0f};
    case CONEDNN_TANH: return (conednn_function){dnnl_eltwise_tanh, 0.0f, 1.0f};
    case CONEDNN_SIGMOID: return (conednn_function){dnnl_eltwise_logistic, 0.0f, 1.0f};
    case CONEDNN_ELU: return (conednn_function){dnnl_eltwise_elu, 1.0f, 1.0f};
    // Klambauer et al. 2017, equation 14.
    case CONEDNN_SELU: return (conednn_function){dnnl_eltwise_elu, 1.6732632423543772f, 1.0507009873554805f};
    case CONEDNN_GELU: return (conednn_function){dnnl_eltwise_gelu_erf, 0.0f, 1.0f};
    case CONEDNN_GELU_TANH: return (conednn_function){dnnl_eltwise_gelu_tanh, 0.0f, 1.0f};
    case CONEDNN_SILU: return (conednn_function){dnnl_eltwise_swish, 1.0f, 1.0f};
    case CONEDNN_SOFTPLUS: return (conednn_function){dnnl_eltwise_soft_relu, 1.0f, 1.0f};
    case CONEDNN_IDENTITY: break;
    }
    return (conednn_function){dnnl_eltwise_linear, 1.0f, 1.0f};
}
