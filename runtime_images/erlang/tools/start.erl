%% Calls the program that main.beam holds.
{ok, Code} = file:read_file("main.beam"),
Module = proplists:get_value(module, beam_lib:info(Code)),
{module, Module} = code:load_binary(Module, "main.beam", Code),
Arguments = init:get_plain_arguments(),
Exported = Module:module_info(exports) -- [{module_info, 0}],
Plain = [F || {_, 0} = F <- Exported],
try
    case {[F || F <- [{main, 1}, {main, 0}, {start, 0}], lists:member(F, Exported)], Plain} of
        {[{Name, 1} | _], _} -> Module:Name(Arguments);
        {[{Name, 0} | _], _} -> Module:Name();
        {[], [{Name, 0}]} -> Module:Name();
        _ -> io:format(standard_error, "export main/1, main/0 or start/0~n", []), halt(1)
    end,
    halt(0)
catch Class:Reason:Stack ->
    io:format(standard_error, "~s", [erl_error:format_exception(Class, Reason, Stack)]),
    halt(1)
end.
