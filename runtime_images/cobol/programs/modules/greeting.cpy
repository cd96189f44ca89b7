       01 MESSAGE-TEXT PIC X(10) VALUE "modules".
