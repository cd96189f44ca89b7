{ Has what is written go out at once, as to a terminal: else a timeout loses it. }
unit atonce;
interface
implementation
initialization
    TextRec(Output).FlushFunc := TextRec(Output).InOutFunc;
end.
