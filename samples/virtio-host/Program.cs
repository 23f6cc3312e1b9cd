using VirtioHost;

return await AllKinds.Create().RunAsync(args);
