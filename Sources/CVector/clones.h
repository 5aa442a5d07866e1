#ifndef CVECTOR_CLONES_H
#define CVECTOR_CLONES_H

#ifndef __has_feature
#define __has_feature(name) 0
#endif

// One binary with each CPU's widest vectors. Other architectures have a baseline that suits all of their CPUs.
// ThreadSanitizer fails on the loader's choice, which comes before its start. With CVECTOR_ONE_SET there are only the
// instructions of the compiler's target.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !defined(CVECTOR_ONE_SET)
#define CVECTOR_HAS_CLONES 1
#define CVECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CVECTOR_HAS_CLONES 0
#define CVECTOR_CLONES
#endif

#endif
