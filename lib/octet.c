#include "octet.h"

#define T OCTET_TEXT
#define N (OCTET_TOKEN | OCTET_TEXT)
#define LETTERS N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N
#define OBS_TEXT T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T

const unsigned char octet_class[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, T, 0, 0, 0, 0, 0, 0, /* HTAB */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	T, N, T, N, N, N, N, N, T, T, N, N, T, N, N, T, /*   ! " # $ % & ' ( ) * + , - . / */
	N, N, N, N, N, N, N, N, N, N, T, T, T, T, T, T, /* 0 to 9 : ; < = > ? */
	T, LETTERS, T, T, T, N, N,                      /* @ A to Z [ \ ] ^ _ */
	N, LETTERS, T, N, T, N, 0,                      /* ` a to z { | } ~ DEL */
	OBS_TEXT, OBS_TEXT, OBS_TEXT, OBS_TEXT, OBS_TEXT, OBS_TEXT, OBS_TEXT, OBS_TEXT
};
