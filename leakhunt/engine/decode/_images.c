/* Finds where base64 or hexadecimal digits of plain text may lie, without decoding anything.
 *
 * Of each group of four letters that stands for three printable bytes, the first three letters
 * can only be some of the alphabet; of each pair of digits that stands for one, the first is one
 * of six. Five such groups or sixteen pairs in a row are looked for with the backward search of
 * Navarro and Raffinot: the automaton reads a window from its end, and where the end fits nowhere
 * the whole window is passed over, which is most of the time.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdint.h>

/* A text in which each place takes some bytes: bit `width - 1 - at` of a byte says that it fits. */
typedef struct {
    unsigned width;
    uint32_t fits[256];
} Shape;

static Shape letters = {.width = 20}, digits_of = {.width = 32};

static void prepare_letters(void)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned value = 0; value < 64; value++) {
        uint32_t places = 0;
        for (unsigned at = 0; at < letters.width; at++) {
            int fit = 1;
            switch (at % 4) {
            case 0: fit = value >= 8 && value < 32; break;
            case 1: fit = (value & 15) >= 2 && (value & 15) < 8; break;
            case 2: fit = (value & 3) < 2; break;
            default: break;
            }
            if (fit)
                places |= 1u << (letters.width - 1 - at);
        }
        letters.fits[(unsigned char)alphabet[value]] = places;
    }
    /* The other alphabet: neither letter can stand for the first three places. */
    letters.fits['-'] = letters.fits['+'];
    letters.fits['_'] = letters.fits['/'];
}

static void prepare_digits(void)
{
    static const char all[] = "0123456789abcdefABCDEF";
    for (const char *digit = all; *digit; digit++)
        digits_of.fits[(unsigned char)*digit] =
            *digit >= '2' && *digit <= '7' ? 0xFFFFFFFFu : 0x55555555u;
}

static int add(PyObject *list, Py_ssize_t end)
{
    PyObject *number = PyLong_FromSsize_t(end);
    int failed = number == NULL || PyList_Append(list, number) < 0;
    Py_XDECREF(number);
    return failed;
}

static PyObject *search(PyObject *object, const Shape *shape)
{
    Py_buffer buffer;
    if (PyObject_GetBuffer(object, &buffer, PyBUF_SIMPLE) < 0)
        return NULL;
    const unsigned char *text = buffer.buf;
    const Py_ssize_t size = buffer.len, width = (Py_ssize_t)shape->width;
    const uint32_t top = 1u << (width - 1), all = top | (top - 1);
    PyObject *found = PyList_New(0);
    Py_ssize_t at = 0;
    while (found != NULL && at + width <= size) {
        uint32_t state = all;
        Py_ssize_t left = width, shift = width;
        while (left > 0 && (state &= shape->fits[text[at + left - 1]]) != 0) {
            left--;
            if (state & top) {
                if (left > 0)
                    shift = left;
                else if (add(found, at + width))
                    Py_CLEAR(found);
            }
            state = (state << 1) & all;
        }
        at += shift;
    }
    PyBuffer_Release(&buffer);
    return found;
}

static PyObject *images(PyObject *self, PyObject *object)
{
    (void)self;
    return search(object, &letters);
}

static PyObject *digits(PyObject *self, PyObject *object)
{
    (void)self;
    return search(object, &digits_of);
}

static PyMethodDef methods[] = {
    {"images", images, METH_O, "Return the ends of all places that fit base64 of text."},
    {"digits", digits, METH_O, "Return the ends of all places that fit hexadecimal digits of text."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_images", NULL, 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__images(void)
{
    prepare_letters();
    prepare_digits();
    return PyModule_Create(&module);
}
