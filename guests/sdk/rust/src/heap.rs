//! The global allocator: dlmalloc, as in the standard library, but it begins with what is left
//! of the memory that the instance starts with.
//!
//! The standard library's asks for new memory at its first allocation. An instance of ours
//! starts with one page, and a small handler is done within it; a memory that has not grown
//! can be used again for the next request.

#![cfg(all(target_family = "wasm", feature = "heap"))]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::memory_grow;
use core::cell::{Cell, UnsafeCell};
use core::ptr;

use dlmalloc::{Allocator, Dlmalloc};

use crate::log::Level;
use crate::platform;

const PAGE_BYTES: usize = 64 * 1024;

/// What dlmalloc asks for at a time. Its own 64 KiB would pass by the rest of the first page.
const STEP_BYTES: usize = 4 * 1024;

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(
    const {
        let mut heap = Dlmalloc::new_with_allocator(Memory { begun: Cell::new(false) });
        assert!(heap.set_granularity(STEP_BYTES));
        heap
    },
));

struct Heap(UnsafeCell<Dlmalloc<Memory>>);

// SAFETY: there are no threads in an instance.
unsafe impl Sync for Heap {}

// SAFETY: dlmalloc keeps the contract of `GlobalAlloc`, and is never entered from within.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { (*self.0.get()).free(pointer, layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { (*self.0.get()).realloc(pointer, layout.size(), layout.align(), size) }
    }
}

/// Where dlmalloc has its memory from: what the linker left of the first page, then new pages.
struct Memory {
    begun: Cell<bool>,
}

unsafe extern "C" {
    /// Where the linker's data ends.
    static __heap_base: u8;
    /// Where the memory ends that the instance starts with.
    static __heap_end: u8;
}

// SAFETY: gives out each byte once, and only bytes that exist.
unsafe impl Allocator for Memory {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let base = &raw const __heap_base;
        let rest = (&raw const __heap_end).addr() - base.addr();
        if !self.begun.replace(true) && size <= rest {
            return (base.cast_mut(), rest, 0);
        }
        let pages = size.div_ceil(PAGE_BYTES);
        match memory_grow(0, pages) {
            usize::MAX => {
                // Whoever cannot do without traps next, with nothing to tell why.
                platform::log(Level::Error, "The memory is used up");
                (ptr::null_mut(), 0, 0)
            }
            first => ((first * PAGE_BYTES) as *mut u8, pages * PAGE_BYTES, 0),
        }
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        ptr::null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE_BYTES
    }
}
